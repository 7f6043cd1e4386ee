package dev.latchstring.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts {@code latch} from this build's classes, as the launcher does. */
final class LatchCommand {
  private LatchCommand() {}

  static List<String> of(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.latchstring.cli.Latch"));
    command.addAll(List.of(arguments));
    return command;
  }
}
