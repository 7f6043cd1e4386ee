package dev.latchstring.oauth.fetch;

import java.util.List;
import java.util.Locale;

/**
 * Hosts by their names: {@code app.example.com} is that host alone, {@code *.example.com} every
 * host below that domain and not the domain itself. Case does not count.
 */
public record HostNames(List<String> patterns) {
  public static final HostNames NONE = new HostNames(List.of());

  public HostNames {
    patterns = patterns.stream().map(pattern -> pattern.toLowerCase(Locale.ROOT)).toList();
  }

  /** Whether a host, as a URI spells it, is one of them. */
  public boolean contains(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return patterns.stream()
        .anyMatch(pattern ->
            pattern.startsWith("*.") ? name.endsWith(pattern.substring(1)) : name.equals(pattern));
  }
}
