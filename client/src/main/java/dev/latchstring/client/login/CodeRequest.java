package dev.latchstring.client.login;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.settings.RequestKind;
import dev.latchstring.oauth.Challenge;
import dev.latchstring.oauth.Pkce;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.Secrets;
import dev.latchstring.oauth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6749 §4.1.1 with RFC 7636, RFC 8707, RFC 9449 §10 and RFC 9470 §4: one authorization request,
 * with a verifier and a state of its own.
 *
 * @param verifier a secret
 * @param state a secret until it is sent
 * @param scope what is asked for, {@code offline_access} included where it is
 */
record CodeRequest(String verifier, String state, Scope scope, Map<String, String> parameters) {
  private static final String OFFLINE = "offline_access";

  static CodeRequest of(LoginContext context, URI redirectUri, TokenBinding binding) {
    Discovered at = context.at();
    String verifier = Pkce.newVerifier(context.random());
    String state = Secrets.newToken(context.random());
    Scope scope = offline(context.scope(), at.authorizationServer());
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("response_type", "code");
    parameters.put("redirect_uri", redirectUri.toString());
    parameters.put("state", state);
    parameters.put("code_challenge", Pkce.challenge(verifier));
    parameters.put("code_challenge_method", Pkce.S256);
    if (!scope.isEmpty()) {
      parameters.put("scope", scope.toString());
    }
    if (binding.proofs() != null) {
      parameters.put("dpop_jkt", binding.proofs().keyThumbprint());
    }
    String prompt = prompt(context, !scope.equals(context.scope()));
    if (prompt != null) {
      parameters.put("prompt", prompt);
    }
    parameters.putAll(at.parameters(RequestKind.AUTHORIZATION)); // what is pinned comes last
    stepUp(parameters, context.options().challenges());
    return new CodeRequest(verifier, state, scope, parameters);
  }

  /**
   * MCP, "Refresh Tokens": asked for where the server knows it. Where the scope is left to the
   * server, so is this.
   */
  static Scope offline(Scope scope, AuthorizationServerMetadata server) {
    List<String> supported = server.scopesSupported();
    return !scope.isEmpty() && supported != null && supported.contains(OFFLINE)
        ? scope.union(Scope.of(OFFLINE))
        : scope;
  }

  /**
   * OpenID Connect Core §3.1.2.1 and §11: {@code offline_access} is given only to who is asked; and
   * a browser that is signed in as one person would let no other in.
   */
  private static @Nullable String prompt(LoginContext context, boolean offline) {
    List<String> supported = context.at().authorizationServer().promptValues();
    List<String> prompts = new ArrayList<>();
    if (context.options().anotherPerson()) {
      prompts.add(supported.contains("select_account") ? "select_account" : "login");
    }
    if (offline) {
      prompts.add("consent");
    }
    prompts.removeIf(prompt -> !supported.isEmpty() && !supported.contains(prompt));
    return prompts.isEmpty() ? null : String.join(" ", prompts);
  }

  /** What a resource server's refusal asks for besides scopes. */
  private static void stepUp(Map<String, String> parameters, @Nullable List<Challenge> challenges) {
    if (challenges == null) {
      return;
    }
    for (Challenge challenge : challenges) {
      String acr = challenge.parameter("acr_values");
      if (acr != null && !acr.isBlank()) {
        parameters.put("acr_values", acr.strip());
      }
      String age = challenge.parameter("max_age");
      if (age != null && age.matches("[0-9]{1,9}")) {
        parameters.put("max_age", age);
      }
    }
  }

  /** Without anything. */
  @Override
  public String toString() {
    return "CodeRequest[]";
  }
}
