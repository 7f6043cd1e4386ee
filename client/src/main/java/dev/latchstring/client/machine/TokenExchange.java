package dev.latchstring.client.machine;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Problem;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.http.ServerText;
import dev.latchstring.oauth.TokenType;
import dev.latchstring.oauth.message.TokenResponse;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8693. Exchanges a token that somebody else obtained for one for this MCP server, such as an
 * agent's that acts for the person whose token it was given.
 */
public final class TokenExchange implements MachineGrant {
  /** RFC 8693 §2.1: the value of {@code grant_type}. */
  public static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";

  private final Presented subject;
  private final @Nullable Presented actor;

  /**
   * A token and what kind it is.
   *
   * @param type RFC 8693 §3: see {@link TokenType}
   */
  public record Presented(TokenOrigin origin, String type) {}

  /**
   * @param subject on whose behalf
   * @param actor who acts for them; null for the client alone
   */
  public TokenExchange(Presented subject, @Nullable Presented actor) {
    this.subject = subject;
    this.actor = actor;
  }

  @Override
  public FlowName name() {
    return FlowName.TOKEN_EXCHANGE;
  }

  @Override
  public String describe() {
    return subject.origin().where()
        + (actor == null ? "" : ", with " + actor.origin().where() + " as the actor");
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
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", GRANT_TYPE);
    form.put("requested_token_type", TokenType.ACCESS_TOKEN);
    form.put("subject_token", token(subject, request));
    form.put("subject_token_type", subject.type());
    if (actor != null) {
      form.put("actor_token", token(actor, request));
      form.put("actor_token_type", actor.type());
    }
    return new GrantForm(form, request.key());
  }

  private static String token(Presented presented, MachineRequest request) {
    String token = presented.origin().read(request);
    Destination.requireKnown(token, presented.origin(), request);
    return token;
  }

  /** RFC 8693 §2.2.1: what it is that was issued, where the server says it as it must. */
  @Override
  public void accept(TokenResponse tokens) {
    String type = tokens.issuedTokenType();
    if (type != null && !type.equals(TokenType.ACCESS_TOKEN) && !type.equals(TokenType.JWT)) {
      throw new ClientException(
          Problem.METADATA_INVALID,
          "the token endpoint was asked for an access token, and issued " + ServerText.quote(type),
          "ask the authorization server's operator to correct it");
    }
  }

  /** Where the tokens come from. */
  @Override
  public String toString() {
    return "TokenExchange[" + describe() + "]";
  }
}
