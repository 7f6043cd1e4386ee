package dev.latchstring.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * The npm package {@code oidc-provider}, with as many processes as there are cores.
 *
 * @param peers the directory in which the npm packages are installed
 */
record OidcProvider(Path peers) implements Program {
  @Override
  public String name() {
    return "oidc-provider";
  }

  @Override
  public List<String> command(Path directory, int port) {
    return List.of("node", peers.resolve("oidc-provider.mjs").toString(), Integer.toString(port));
  }
}
