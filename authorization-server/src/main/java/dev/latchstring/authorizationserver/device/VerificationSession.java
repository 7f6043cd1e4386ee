package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.SignInPage;
import dev.latchstring.authorizationserver.page.PageAnswer;
import dev.latchstring.authorizationserver.page.PageRequest;
import dev.latchstring.oauth.FormParameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the verification pages lead to one another.
 *
 * <p>Each page after the first carries the user code and a proof that this browser session came by
 * the page before it. So the check of the code, which is counted and slowed down, cannot be
 * skipped, an outcome cannot be made up, and what one session has typed is no use to another.
 */
final class VerificationSession {
  static final String USER_CODE = "user_code";
  static final String PROOF = "proof";

  /** What a proof says. */
  enum Step {
    /** The code was typed and was live. */
    FOUND,
    /** This session allowed the request. */
    ALLOWED,
    /** This session denied the request. */
    DENIED;

    String purpose(UserCode code) {
      return "device/" + name() + "/" + code.letters();
    }
  }

  private VerificationSession() {}

  /** The user code of the parameters; empty where there is none or it cannot be one. */
  static Optional<UserCode> code(FormParameters parameters) {
    return Optional.ofNullable(parameters.optional(USER_CODE)).flatMap(UserCode::parse);
  }

  /** The user code of the parameters, where this session has come so far with it. */
  static Optional<UserCode> proven(PageRequest request, FormParameters parameters, Step step) {
    String proof = parameters.optional(PROOF);
    return code(parameters).filter(code -> request.proves(proof, step.purpose(code)));
  }

  static String proof(PageRequest request, UserCode code, Step step) {
    return request.proof(step.purpose(code));
  }

  /** The way on to a page that wants a proof. */
  static PageAnswer onTo(String path, PageRequest request, UserCode code, Step step) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put(USER_CODE, code.display());
    query.put(PROOF, proof(request, code, step));
    return new PageAnswer.SeeOther(path, query);
  }

  /** Back to the first page, with what is known of the code. */
  static PageAnswer start(Optional<UserCode> code) {
    return new PageAnswer.SeeOther(startPath(code));
  }

  /** To sign in, then back to the first page. */
  static PageAnswer signIn(Optional<UserCode> code, boolean ended) {
    return SignInPage.wayTo(startPath(code), ended);
  }

  private static String startPath(Optional<UserCode> code) {
    return CodePage.PATH + code.map(known -> "?" + USER_CODE + "=" + known.display()).orElse("");
  }
}
