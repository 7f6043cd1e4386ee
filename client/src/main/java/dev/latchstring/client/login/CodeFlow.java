package dev.latchstring.client.login;

import dev.latchstring.client.flow.Assessment;
import dev.latchstring.client.flow.Flow;
import dev.latchstring.client.flow.FlowName;
import dev.latchstring.client.flow.Situation;
import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.oauth.Pkce;
import java.util.List;

/** RFC 6749 §4.1 with PKCE, in a browser that comes back to this machine. */
public final class CodeFlow implements Flow {
  @Override
  public FlowName name() {
    return FlowName.CODE;
  }

  @Override
  public Assessment assess(Situation situation) {
    if (situation.server().authorizationEndpoint() == null) {
      return Assessment.unusable(
          "the authorization server names no authorization_endpoint (RFC 8414)",
          "ask its operator to offer logins; or, for a machine's own client, set LATCH_CLIENT_ID and"
              + " LATCH_CLIENT_SECRET");
    }
    if (!situation.mayOffer("authorization_code")) {
      return Assessment.unusable(
          "the authorization server does not list the grant authorization_code",
          "ask its operator to offer it");
    }
    List<String> responses = situation.server().responseTypesSupported();
    if (responses != null && !responses.contains("code")) {
      return Assessment.unusable(
          "the authorization server does not list the response type code", null);
    }
    List<String> methods = situation.server().codeChallengeMethodsSupported();
    if (methods == null || !methods.contains(Pkce.S256)) {
      return Assessment.unusable(
          "the authorization server's metadata does not list S256 in"
              + " code_challenge_methods_supported, and MCP forbids to go on without it",
          "ask its operator to add it; if you know that it supports PKCE with S256, pin that");
    }
    return browser(situation);
  }

  private static Assessment browser(Situation situation) {
    Surroundings here = situation.surroundings();
    String why = here.because();
    if (here.browser() == Surroundings.Browser.HERE) {
      return Assessment.suited("a browser can be opened here" + why);
    }
    if (here.terminal()) {
      return Assessment.fallback(
          "the browser is not on this machine, so its answer has to be pasted here" + why);
    }
    if (here.browser() == Surroundings.Browser.ELSEWHERE) {
      return Assessment.fallback("a browser can be opened, perhaps on another machine" + why);
    }
    return situation.wishes(FlowName.CODE)
        ? Assessment.fallback("wished for; the browser has to reach this machine's port" + why)
        : Assessment.unusableHere(
            "no browser can be opened here, and there is no terminal to paste its answer on" + why,
            "log in from a terminal with latch login, or with --flow code where your browser can"
                + " reach this machine's port");
  }

  @Override
  public Login login(LoginContext context) {
    return new CodeLogin(context);
  }
}
