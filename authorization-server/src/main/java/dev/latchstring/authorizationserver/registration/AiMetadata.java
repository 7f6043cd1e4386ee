package dev.latchstring.authorizationserver.registration;

import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.context.BoundedObject;
import dev.latchstring.oauth.message.ClientMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client says of the AI behind it: {@code client_type} {@code ai_service} and {@code
 * ai_metadata}. No specification knows them; nothing is decided by them, and people see them as
 * stated by the client.
 *
 * @param modelFamily such as {@code gpt} or {@code claude}; null where it says none
 * @param capabilities what it says it can do
 */
public record AiMetadata(@Nullable String modelFamily, List<String> capabilities) {
  /** The most bytes of {@code ai_metadata}. */
  public static final int MAX_BYTES = 4096;

  public AiMetadata {
    capabilities = List.copyOf(capabilities);
  }

  /** What a client says, or nothing where it does not say that it is an AI service. */
  public static Optional<AiMetadata> of(ClientMetadata metadata) {
    JsonNode ai = metadata.extra(ClientMetadata.AI_METADATA);
    if (ai == null && !metadata.statesAiService()) {
      return Optional.empty();
    }
    List<String> capabilities = new ArrayList<>();
    String family = null;
    if (ai != null) {
      ai.path("capabilities").forEach(each -> capabilities.add(each.asString("")));
      family = ai.path("model_family").isString() ? ai.path("model_family").asString() : null;
    }
    return Optional.of(new AiMetadata(family, capabilities));
  }

  /**
   * The members that are kept of those that came: these two, where they mean something here.
   *
   * @throws OAuthException {@code invalid_client_metadata} where {@code ai_metadata} is not an
   *     object, larger than {@value #MAX_BYTES} bytes, deeper than {@value
   *     BoundedObject#MAX_DEPTH}, or where what is shown of it is not text that can be shown
   */
  static @Nullable Map<String, JsonNode> kept(ClientMetadata asked) {
    Map<String, JsonNode> kept = new LinkedHashMap<>();
    JsonNode type = asked.extra(ClientMetadata.CLIENT_TYPE);
    if (type != null && asked.statesAiService()) {
      kept.put(ClientMetadata.CLIENT_TYPE, type);
    }
    JsonNode ai = asked.extra(ClientMetadata.AI_METADATA);
    if (ai != null && !ai.isNull()) {
      check(ai);
      kept.put(ClientMetadata.AI_METADATA, ai);
    }
    return kept.isEmpty() ? null : kept;
  }

  /**
   * @throws OAuthException see {@link #kept}
   */
  static void check(JsonNode ai) {
    if (!BoundedObject.fits(ai, MAX_BYTES)) {
      throw invalid(
          "must be an object of at most "
              + MAX_BYTES
              + " bytes and "
              + BoundedObject.MAX_DEPTH
              + " levels of nesting");
    }
    JsonNode family = ai.path("model_family");
    if (!family.isMissingNode()) {
      text("model_family", family);
    }
    JsonNode capabilities = ai.path("capabilities");
    if (!capabilities.isMissingNode()
        && (!capabilities.isArray() || capabilities.size() > ClientMetadataRules.MAX_ITEMS)) {
      throw invalid("capabilities must be at most " + ClientMetadataRules.MAX_ITEMS + " texts");
    }
    capabilities.forEach(each -> text("capabilities", each));
  }

  private static void text(String member, JsonNode node) {
    if (!node.isString()) {
      throw invalid(member + " must be text");
    }
    ClientMetadataRules.text(ClientMetadata.AI_METADATA + "." + member, node.asString());
  }

  private static OAuthException invalid(String why) {
    return new OAuthException(
        ErrorCode.INVALID_CLIENT_METADATA, ClientMetadata.AI_METADATA + " " + why);
  }
}
