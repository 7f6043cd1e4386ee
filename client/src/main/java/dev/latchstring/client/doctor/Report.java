package dev.latchstring.client.doctor;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.Problem;
import dev.latchstring.client.settings.Preset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the doctor found.
 *
 * @param findings in the order of the steps; a step that fails is followed by the rest as it is
 *     with its pins in place
 * @param pins everything to pin for a login to work, as far as the doctor could find out
 * @param complete whether discovery works with them: it was tried
 * @param discovered with the pins in place; null where discovery does not get that far, or no login
 *     is needed
 * @param presets that the servers look like, and that are not in use
 * @param problem what keeps discovery from working now; null where nothing does
 */
public record Report(
    List<Finding> findings,
    List<String> pins,
    boolean complete,
    @Nullable Discovered discovered,
    List<Preset> presets,
    @Nullable Problem problem) {

  public Report {
    findings = List.copyOf(findings);
    pins = List.copyOf(pins);
    presets = List.copyOf(presets);
  }

  /** Whether a login can work as things are. */
  public boolean isHealthy() {
    return findings.stream().noneMatch(finding -> finding.outcome() == Outcome.FAILED);
  }
}
