package dev.latchstring.authorizationserver.config;

import dev.latchstring.oauth.fetch.HostNames;
import dev.latchstring.oauth.fetch.OwnNetwork;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules for {@code own_network}: hosts that are not on the Internet, and who certifies them.
 */
final class OwnNetworks {
  private OwnNetworks() {}

  /**
   * @param base what a relative path is relative to
   */
  static OwnNetwork read(ConfigurationFile.@Nullable OwnNetwork file, Path base) {
    return file == null
        ? OwnNetwork.NONE
        : new OwnNetwork(
            new HostNames(Hosts.read("own_network.hosts", file.hosts())),
            authorities(file.caFile(), base));
  }

  private static List<X509Certificate> authorities(@Nullable String caFile, Path base) {
    if (caFile == null) {
      return List.of();
    }
    String key = "own_network.ca_file";
    try {
      return PemCertificates.read(key, base.resolve(caFile).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw new ConfigurationException(key + ": not a path: " + e.getReason());
    }
  }
}
