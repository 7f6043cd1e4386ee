package dev.latchstring.client.doctor;

import dev.latchstring.client.Discovered;
import dev.latchstring.client.http.Http;
import dev.latchstring.client.registration.ConfiguredClients;
import dev.latchstring.client.settings.Pin;
import dev.latchstring.client.settings.Preset;
import dev.latchstring.client.settings.ServerSettings;
import dev.latchstring.client.settings.Setting;
import dev.latchstring.client.settings.Settings;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks through discovery; where it ends, pins what would help, and walks on, so that one run tells
 * everything. Nobody is registered or logged in.
 */
public final class Doctor {
  private static final int MOST_WALKS = 6;

  private final Http http;
  private final Settings settings;
  private final ConfiguredClients clients;
  private final InstantSource clock;

  public Doctor(Http http, Settings settings, ConfiguredClients clients, InstantSource clock) {
    this.http = http;
    this.settings = settings;
    this.clients = clients;
    this.clock = clock;
  }

  /** Never throws for what a server does: that is what it reports. */
  public Report examine(URI server) {
    Walk first = walk(server, settings);
    List<Finding> findings = new ArrayList<>(first.findings());
    Map<String, Pin> pins = new LinkedHashMap<>();
    Walk last = first;
    for (int walks = 1; walks < MOST_WALKS; walks++) {
      List<Finding> helping = last.findings().stream().filter(Doctor::helps).toList();
      boolean more = false;
      for (Finding finding : helping) {
        more |= add(pins, finding);
      }
      if (!more || last.discovered() != null) {
        break;
      }
      int from = firstFailure(last);
      last = walk(server, settings.over(ServerSettings.of(pins.values())));
      // The steps before the one that failed are as they were.
      List<Finding> all = last.findings();
      findings.addAll(all.subList(Math.min(from, all.size()), all.size()));
    }
    return report(server, first, last, findings, pins);
  }

  private Walk walk(URI server, Settings with) {
    Walk walk = new Walk(server, http, with, clients, clock);
    walk.run();
    return walk;
  }

  private static int firstFailure(Walk walk) {
    List<Finding> findings = walk.findings();
    int index = 0;
    while (index < findings.size() && findings.get(index).outcome() != Outcome.FAILED) {
      index++;
    }
    return index;
  }

  private static boolean helps(Finding finding) {
    return finding.outcome() == Outcome.FAILED && finding.canBePinned();
  }

  private static boolean add(Map<String, Pin> pins, Finding finding) {
    boolean added = false;
    for (String text : finding.pins()) {
      Pin pin = Pin.parse(text, "proposed");
      added |= pins.put(pin.name(), pin) == null;
    }
    return added;
  }

  private Report report(
      URI server, Walk first, Walk last, List<Finding> findings, Map<String, Pin> pins) {
    Set<String> proposed = new LinkedHashSet<>();
    pins.values().forEach(pin -> proposed.add(pin.name() + "=" + pin.value()));
    boolean toBeFilledIn = false;
    for (Finding finding : last.findings()) {
      if (finding.outcome() == Outcome.FAILED && !finding.canBePinned()) {
        proposed.addAll(finding.pins());
        toBeFilledIn = true;
      }
    }
    return new Report(
        findings,
        List.copyOf(proposed),
        !toBeFilledIn && last.discovered() != null,
        last.discovered(),
        presets(server, last.discovered()),
        first.problem());
  }

  private List<Preset> presets(URI server, @Nullable Discovered discovered) {
    Set<Preset> looksLike = new LinkedHashSet<>(Preset.suggestedFor(server));
    if (discovered != null) {
      looksLike.addAll(Preset.suggestedFor(URI.create(discovered.issuer())));
      String used = discovered.settings().value(Setting.PRESET);
      looksLike.removeIf(preset -> preset.key().equals(used));
    }
    return List.copyOf(looksLike);
  }
}
