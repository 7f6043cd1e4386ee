package dev.latchstring.testing;

import java.lang.reflect.AnnotatedElement;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a test only where the peers it needs are installed.
 *
 * <p>An absence is written down for the end of the build ({@link NotRun}); where {@code
 * LATCHSTRING_REQUIRE_PEERS=1} it fails the test instead, so that a build machine cannot go green
 * by losing its browser.
 */
final class PeerCondition implements ExecutionCondition {
  private static final String SWITCH = "LATCHSTRING_REQUIRE_PEERS";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    AnnotatedElement element = context.getElement().orElse(null);
    if (element == null) {
      return ConditionEvaluationResult.enabled("nothing is needed");
    }
    for (Peer peer : Peer.values()) {
      if (element.isAnnotationPresent(peer.marker()) && peer.executable().isEmpty()) {
        return absent(context, peer.absence());
      }
    }
    NeedsProgram programs = element.getAnnotation(NeedsProgram.class);
    if (programs != null) {
      for (String program : programs.value()) {
        if (Peer.onPath(program).isEmpty()) {
          return absent(context, "no " + program + " on this machine (install it)");
        }
      }
    }
    return ConditionEvaluationResult.enabled("every peer is installed");
  }

  private static ConditionEvaluationResult absent(ExtensionContext context, String absence) {
    if ("1".equals(System.getenv(SWITCH))) {
      throw new IllegalStateException(
          SWITCH + "=1 makes this test mandatory, but there is " + absence);
    }
    NotRun.record(name(context), absence);
    return ConditionEvaluationResult.disabled(absence);
  }

  private static String name(ExtensionContext context) {
    String type = context.getRequiredTestClass().getName();
    return context.getTestMethod().map(method -> type + "#" + method.getName()).orElse(type);
  }
}
