package dev.latchstring.client.machine;

import dev.latchstring.client.flow.FlowName;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 7523 §2.1. An assertion of an issuer that the authorization server trusts: from a file or a
 * command, or made from a key ({@link OwnAssertion}).
 */
public final class JwtBearer implements MachineGrant {
  /** RFC 7523 §2.1: the value of {@code grant_type}. */
  public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  private final TokenOrigin assertion;

  public JwtBearer(TokenOrigin assertion) {
    this.assertion = assertion;
  }

  @Override
  public FlowName name() {
    return FlowName.JWT_BEARER;
  }

  @Override
  public String describe() {
    return assertion.where();
  }

  @Override
  public Client client() {
    return Client.OPTIONAL;
  }

  @Override
  public @Nullable String obstacle(AuthorizationServerMetadata server) {
    return Offers.grant(server, GRANT_TYPE);
  }

  @Override
  public GrantForm form(MachineRequest request) {
    return new GrantForm(parameters(assertion, request), request.key());
  }

  /** The parameters with an assertion that may be sent to that server. */
  static Map<String, String> parameters(TokenOrigin origin, MachineRequest request) {
    String assertion = origin.read(request);
    Destination.requireAudience(assertion, origin, request);
    return parameters(assertion);
  }

  static Map<String, String> parameters(String assertion) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT_TYPE);
    form.put("assertion", assertion);
    return form;
  }

  /** Where the assertion comes from. */
  @Override
  public String toString() {
    return "JwtBearer[" + describe() + "]";
  }
}
