package dev.latchstring.authorizationserver.config;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for names of hosts, {@code *.example.com} for those below a domain among them. */
final class Hosts {
  private static final Pattern HOST =
      Pattern.compile("(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*|\\[[0-9A-Fa-f:.]+]");

  private Hosts() {}

  static List<String> read(String key, @Nullable List<String> hosts) {
    if (hosts == null) {
      return List.of();
    }
    for (String host : hosts) {
      if (host == null || !HOST.matcher(host).matches()) {
        throw new ConfigurationException(
            key + ": each is a host such as app.example.com, or *.example.com for those below it");
      }
    }
    return hosts;
  }
}
