package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.Answer;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.client.registration.ClientAuthentication;
import dev.latchstring.oauth.ErrorCode;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.dpop.DpopProofs;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * MCP, "Enterprise-Managed Authorization" §4 and §5, and
 * draft-ietf-oauth-identity-assertion-authz-grant. What the organisation's identity provider says
 * of a person who signed in there is exchanged for an ID-JAG, and that for an access token of the
 * MCP server. No page of the MCP server's is shown to anybody.
 *
 * <p>An ID-JAG is asked for anew for each token: many authorization servers take one once.
 */
public final class IdJag implements MachineGrant {
  private final IdentityProvider provider;
  private final Subject subject;

  /** What stands for the person at the identity provider. */
  @FunctionalInterface
  public interface Subject {
    /**
     * @throws ClientException {@link Problem#LOGIN_REQUIRED} where the person has to sign in there
     */
    SubjectToken token(MachineRequest request);

    /** Where it comes from, for messages. */
    default String where() {
      return "a login at the identity provider";
    }
  }

  /**
   * @param token a secret
   * @param type {@link TokenType#ID_TOKEN}, {@link TokenType#REFRESH_TOKEN} or {@link
   *     TokenType#SAML2}
   * @param key what it is bound to; null where to nothing
   * @param client whose it is; null for the provider's configured one
   */
  public record SubjectToken(
      String token, String type, @Nullable DpopProofs key, @Nullable ClientAuthentication client) {
    /** Without the token. */
    @Override
    public String toString() {
      return "SubjectToken[" + type + "]";
    }
  }

  public IdJag(IdentityProvider provider, Subject subject) {
    this.provider = provider;
    this.subject = subject;
  }

  /** With a token that is read anew for each request, such as an id token in a file. */
  public IdJag(IdentityProvider provider, TokenExchange.Presented identity) {
    this(
        provider,
        new Subject() {
          @Override
          public SubjectToken token(MachineRequest request) {
            return new SubjectToken(identity.origin().read(request), identity.type(), null, null);
          }

          @Override
          public String where() {
            return identity.origin().where();
          }
        });
  }

  @Override
  public FlowName name() {
    return FlowName.ID_JAG;
  }

  @Override
  public String describe() {
    return subject.where() + ", at " + provider.issuer();
  }

  @Override
  public Client client() {
    return Client.KNOWN;
  }

  @Override
  public @Nullable String obstacle(AuthorizationServerMetadata server) {
    return Offers.grant(server, JwtBearer.GRANT_TYPE);
  }

  @Override
  public GrantForm form(MachineRequest request) {
    AuthorizationServerMetadata known = provider.metadata(request.http());
    SubjectToken person = subject.token(request);
    DpopProofs key = key(person, known, request);
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", TokenExchange.GRANT_TYPE);
    form.put("requested_token_type", TokenType.ID_JAG);
    form.put("audience", request.at().issuer());
    form.put("resource", request.at().resource().toString());
    if (!request.scope().isEmpty()) {
      form.put("scope", request.scope().toString());
    }
    form.put("subject_token", person.token());
    form.put("subject_token_type", person.type());
    Answer<TokenResponse> answer =
        Answer.read(
            "token endpoint",
            request
                .requests()
                .post(
                    URI.create(String.valueOf(known.tokenEndpoint())),
                    person.client() == null ? provider.authentication(known) : person.client(),
                    key,
                    form),
            TokenResponse.class);
    String grant =
        switch (answer) {
          case Answer.Granted<TokenResponse>(TokenResponse issued) -> grant(issued, key, request);
          case Answer.Refused<TokenResponse> refused -> throw refused(refused);
        };
    return new GrantForm(JwtBearer.parameters(grant), key == null ? request.key() : key);
  }

  /**
   * The draft's "Proof-of-Possession During Token Exchange": an ID-JAG that is bound to a key can
   * be redeemed only where the other server takes proofs, so one is asked for only then.
   */
  private static @Nullable DpopProofs key(
      SubjectToken person, AuthorizationServerMetadata known, MachineRequest request) {
    if (person.key() != null) {
      return person.key();
    }
    return request.key() != null && Offers.proofs(known) ? request.key() : null;
  }

  private String grant(TokenResponse issued, @Nullable DpopProofs key, MachineRequest request) {
    String grant = issued.accessToken();
    if (!TokenType.ID_JAG.equals(issued.issuedTokenType()) || grant == null) {
      throw invalid(
          "was asked for an ID-JAG and issued " + ServerText.quote(issued.issuedTokenType()));
    }
    Jwt jwt = Jwt.of(TokenText.of(grant, "the ID-JAG of " + provider.issuer()));
    if (jwt == null) {
      throw invalid("issued an ID-JAG that is no signed JWT");
    }
    if (!jwt.audience().equals(List.of(request.at().issuer()))) {
      throw invalid(
          "issued an ID-JAG for "
              + ServerText.quote(String.join(" ", jwt.audience()))
              + " where one for "
              + ServerText.quote(request.at().issuer())
              + " was asked for");
    }
    String bound = jwt.keyThumbprint();
    if (bound != null && (key == null || !bound.equals(key.keyThumbprint()))) {
      throw invalid("issued an ID-JAG that is bound to another key");
    }
    return grant.strip();
  }

  private ClientException invalid(String what) {
    return new ClientException(
        Problem.METADATA_INVALID,
        "the identity provider " + provider.issuer() + " " + what,
        "ask its operator to correct it");
  }

  private ClientException refused(Answer.Refused<TokenResponse> refused) {
    String what = "the identity provider " + provider.issuer() + " gave no ID-JAG";
    if (refused.is(ErrorCode.INSUFFICIENT_USER_AUTHENTICATION)) {
      return refused.as(Problem.REAUTHENTICATION_REQUIRED, what, "sign in there again, as it asks");
    }
    // RFC 8693 §2.2.2 has invalid_request for a subject token that is not accepted.
    if (refused.is(ErrorCode.INVALID_GRANT) || refused.is(ErrorCode.INVALID_REQUEST)) {
      return refused.as(
          Problem.LOGIN_REQUIRED,
          what,
          "sign in there again, if "
              + subject.where()
              + " is too old; or ask its operator whether"
              + " you may use this server");
    }
    if (refused.is(ErrorCode.INVALID_CLIENT)) {
      return refused.as(
          Problem.CLIENT_REFUSED, what, "check what this client is called there, and its secret");
    }
    return refused.as(
        Problem.REFUSED,
        what,
        "ask its operator whether this client may be given ID-JAGs for this server");
  }

  /** Where the person's token comes from. */
  @Override
  public String toString() {
    return "IdJag[" + describe() + "]";
  }
}
