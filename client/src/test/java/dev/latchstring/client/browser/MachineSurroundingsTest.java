package dev.latchstring.client.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchstring.client.flow.Surroundings;
import dev.latchstring.client.flow.Surroundings.Browser;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineSurroundingsTest {
  /** What is installed where a column says "all". */
  private static final Set<String> PROGRAMS =
      Set.of("/bin/xdg-open", "/bin/wslview", "/bin/firefox", "/remote/browser.sh", "/bin/w3m");

  @ParameterizedTest(name = "{0}: {4}, {5}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          a desktop                          | Linux   | DISPLAY=:0                                  | yes | HERE      | xdg-open
          a desktop with Wayland             | Linux   | WAYLAND_DISPLAY=wayland-0                   | yes | HERE      | xdg-open
          a host's child on a desktop        | Linux   | DISPLAY=:0                                  | no  | HERE      | xdg-open
          a console without a display        | Linux   | A=b                                         | yes | ELSEWHERE | -
          a service                          | Linux   | A=b                                         | no  | NONE      | -
          a login over SSH                   | Linux   | SSH_CONNECTION=1.2.3.4 5 6.7.8.9 22         | yes | ELSEWHERE | -
          SSH with a forwarded display       | Linux   | SSH_TTY=/dev/pts/1,DISPLAY=localhost:10.0   | yes | ELSEWHERE | -
          a host's child over SSH            | Linux   | SSH_CLIENT=1.2.3.4 5 22                     | no  | NONE      | -
          a remote editor that opens for us  | Linux   | VSCODE_IPC_HOOK_CLI=/x,BROWSER=/remote/browser.sh | yes | ELSEWHERE | /remote/browser.sh
          a codespace                        | Linux   | CODESPACES=true,DISPLAY=:0                  | yes | ELSEWHERE | -
          a container that says so           | Linux   | container=podman                            | yes | ELSEWHERE | -
          a container with a marker          | docker  | DISPLAY=:0                                  | yes | ELSEWHERE | -
          a build                            | Linux   | CI=true,DISPLAY=:0                          | no  | NONE      | -
          somebody at a build's terminal     | Linux   | CI=true,DISPLAY=:0                          | yes | HERE      | xdg-open
          CI set to nothing that counts      | Linux   | CI=false,DISPLAY=:0                         | no  | HERE      | xdg-open
          BROWSER names one                  | Linux   | BROWSER=/bin/firefox %s,DISPLAY=:0          | yes | HERE      | /bin/firefox
          BROWSER names several              | Linux   | BROWSER=/none:w3m,DISPLAY=:0                | yes | HERE      | w3m
          BROWSER that is not there          | Linux   | BROWSER=/none,DISPLAY=:0                    | yes | HERE      | xdg-open
          BROWSER that wants a shell         | Linux   | BROWSER=firefox '%s' &,DISPLAY=:0           | yes | HERE      | xdg-open
          a Mac                              | Mac OS X | A=b                                        | yes | HERE      | open
          a Mac over SSH                     | Mac OS X | SSH_CONNECTION=1 2 3 4                     | yes | ELSEWHERE | -
          Windows                            | Windows 11 | A=b                                      | no  | HERE      | rundll32 url.dll,FileProtocolHandler
          Linux on Windows                   | Linux   | WSL_DISTRO_NAME=Ubuntu                      | yes | HERE      | wslview
          """)
  void what_a_machine_can_do(
      String name, String os, String variables, String terminal, String browser, String launcher) {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin"));
    for (String variable : variables.split(",(?=[A-Za-z_]+=)")) {
      String[] parts = variable.split("=", 2);
      environment.put(parts[0], parts[1]);
    }
    boolean inDocker = os.equals("docker");

    Surroundings found =
        MachineSurroundings.detect(
            environment,
            inDocker ? "Linux" : os,
            terminal.equals("yes"),
            path -> isThere(path, inDocker));

    assertThat(found.browser()).as(found.because()).isEqualTo(Browser.valueOf(browser));
    assertThat(String.join(" ", found.launcher())).isEqualTo(launcher == null ? "" : launcher);
    assertThat(found.findings()).as("it can say why").isNotEmpty();
  }

  private static boolean isThere(Path path, boolean inDocker) {
    return PROGRAMS.contains(path.toString())
        || (inDocker && path.toString().equals("/.dockerenv"));
  }
}
