package dev.latchstring.authorizationserver.dpop;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.id.JWTID;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.latchstring.authorizationserver.RunningServer;
import dev.latchstring.authorizationserver.RunningServer.Answer;
import dev.latchstring.oauth.FormParameters;
import dev.latchstring.oauth.jwt.CryptoProviders;
import java.net.URI;
import java.security.Provider;
import java.time.Duration;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/** A key and a maker of proofs that shares no code with the server. */
public final class Prover {
  public final ECKey key;
  private final RunningServer server;
  private final DefaultDPoPProofFactory factory;

  public Prover(RunningServer server) {
    this(server, null);
  }

  private Prover(RunningServer server, @Nullable Provider signer) {
    try {
      this.server = server;
      this.key = new ECKeyGenerator(Curve.P_256).generate();
      this.factory = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256, signer);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * For tests that send a thousand proofs and are about something else: the JDK signs slowly, above
   * all without the second compiler. What signs is the server's native code, where there is one.
   */
  public static Prover quick(RunningServer server) {
    return new Prover(server, CryptoProviders.nativeProvider());
  }

  public String jkt() {
    try {
      return key.computeThumbprint().toString();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A good proof for the token endpoint. */
  public String proof() {
    return proof("POST", server.issuer() + "/token", Duration.ZERO, null);
  }

  public String proof(String method, String target, Duration late, String nonce) {
    try {
      return factory
          .createDPoPJWT(
              new JWTID(12),
              method,
              URI.create(target),
              Date.from(server.clock().instant().minus(late)),
              null,
              nonce == null ? null : new Nonce(nonce))
          .serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A good proof for a request that presents this token. */
  public String proofOf(String method, String target, String accessToken) {
    try {
      return factory
          .createDPoPJWT(
              new JWTID(12),
              method,
              URI.create(target),
              Date.from(server.clock().instant()),
              new DPoPAccessToken(accessToken),
              null)
          .serialize();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code client_credentials} of the job, with these headers. */
  public static Answer job(RunningServer server, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Authorization";
    all[1] = RunningServer.basic("ci-job", "ci-job-secret-0123456789");
    System.arraycopy(headers, 0, all, 2, headers.length);
    return server.postRaw(
        "/token",
        FormParameters.encode(
            RunningServer.form(
                "grant_type", "client_credentials", "resource", RunningServer.CLINIC)),
        all);
  }

  public static Answer refresh(
      RunningServer server, String clientId, String token, String... headers) {
    return server.postRaw(
        "/token",
        FormParameters.encode(
            RunningServer.form(
                "grant_type", "refresh_token", "client_id", clientId, "refresh_token", token)),
        headers);
  }
}
