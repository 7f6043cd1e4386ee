package dev.latchstring.mcpserver.login;

import dev.latchstring.mcpserver.stdio.Call;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * MCP 2026-07-28, "Multi Round-Trip Requests": the bridge's own {@code requestState}. It is
 * AES-256-GCM over what it refers to, the method, a digest of the params, the host's name and an
 * expiry, under a key of this process, so that it is good for one request of one host only. It
 * never holds a device code or a token; what it refers to is consumed on this side.
 */
public final class RequestState {
  /** What every state of the bridge begins with; a server's own state passes through. */
  static final String PREFIX = "latch.";

  /** The longest state that is read, in characters. */
  static final int MAX_LENGTH = 64 * 1024;

  private static final int NONCE = 12;

  /** What a state refers to. */
  public enum Kind {
    /** A login, by the flow's identity. */
    LOGIN,
    /** A call whose server waits for answers, by the call's identity. */
    QUESTION
  }

  /**
   * An opened state.
   *
   * @param resume the server's own {@code requestState} and {@code inputResponses} that the
   *     interrupted request carried; empty where it had none
   */
  public record Content(Kind kind, String reference, ObjectNode resume) {}

  private final SecureRandom random;
  private final Clock clock;
  private final ReentrantLock making = new ReentrantLock();
  private @Nullable SecretKey key;

  public RequestState(SecureRandom random, Clock clock) {
    this.random = random;
    this.clock = clock;
  }

  /** Made when it is first needed: most hosts never need it, and all would wait for it. */
  private SecretKey key() throws NoSuchAlgorithmException {
    making.lock();
    try {
      SecretKey known = key;
      if (known == null) {
        KeyGenerator generator = KeyGenerator.getInstance("AES");
        generator.init(256, random);
        known = generator.generateKey();
        key = known;
      }
      return known;
    } finally {
      making.unlock();
    }
  }

  public static boolean isOurs(@Nullable String state) {
    return state != null && state.startsWith(PREFIX);
  }

  public String seal(Content content, Call call, Instant expiresAt) {
    ObjectNode plain =
        JsonRpc.object()
            .put("k", content.kind().name())
            .put("r", content.reference())
            .put("x", expiresAt.getEpochSecond());
    if (!content.resume().isEmpty()) {
      plain.set("u", content.resume());
    }
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, call).doFinal(JsonRpc.bytes(plain));
      byte[] all = ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
      String state = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all);
      if (state.length() > MAX_LENGTH) {
        throw new RpcError(
            RpcError.LOGIN_REQUIRED, "log in first: the answers are too long to keep");
      }
      return state;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM", e);
    }
  }

  /**
   * @throws RpcError where the state is not the bridge's, was changed, has expired, or belongs to
   *     another request
   */
  public Content open(String state, Call call) {
    if (state.length() <= MAX_LENGTH && isOurs(state)) {
      try {
        byte[] all = Base64.getUrlDecoder().decode(state.substring(PREFIX.length()));
        byte[] nonce = java.util.Arrays.copyOf(all, NONCE);
        byte[] plain =
            cipher(Cipher.DECRYPT_MODE, nonce, call).doFinal(all, NONCE, all.length - NONCE);
        JsonNode read = JsonRpc.parse(plain);
        if (read != null && clock.instant().getEpochSecond() < read.path("x").asLong(0)) {
          return new Content(
              Kind.valueOf(read.path("k").asString("")),
              read.path("r").asString(""),
              JsonRpc.objectAt(read, "u"));
        }
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw invalid();
      }
    }
    throw invalid();
  }

  private static RpcError invalid() {
    return new RpcError(
        RpcError.INVALID_PARAMS,
        "requestState is not of this request, or has expired; send the request again without it");
  }

  private Cipher cipher(int mode, byte[] nonce, Call call) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key(), new GCMParameterSpec(128, nonce));
    cipher.updateAAD(call.method().getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(new byte[] {0});
    cipher.updateAAD(call.face().name().getBytes(StandardCharsets.UTF_8));
    cipher.updateAAD(new byte[] {0});
    cipher.updateAAD(digest(call.params()));
    return cipher;
  }

  /** Of what makes a request the same request: all but its metadata and its answers. */
  private static byte[] digest(ObjectNode params) throws NoSuchAlgorithmException {
    ObjectNode salient = params.deepCopy();
    salient.remove(List.of("_meta", "inputResponses", "requestState"));
    return MessageDigest.getInstance("SHA-256").digest(JsonRpc.bytes(sorted(salient)));
  }

  private static JsonNode sorted(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      ObjectNode copy = JsonRpc.object();
      List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
      members.sort(Map.Entry.comparingByKey());
      members.forEach(member -> copy.set(member.getKey(), sorted(member.getValue())));
      return copy;
    }
    if (tree instanceof ArrayNode array) {
      ArrayNode copy = JsonRpc.array();
      array.forEach(element -> copy.add(sorted(element)));
      return copy;
    }
    return tree;
  }
}
