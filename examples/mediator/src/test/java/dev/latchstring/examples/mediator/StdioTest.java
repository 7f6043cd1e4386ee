package dev.latchstring.examples.mediator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.testing.Await;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mediator as a process on stdio, as a host on somebody's machine starts it. */
class StdioTest {
  @TempDir Path data;

  @Test
  void a_host_on_stdio_shows_the_name_alone() throws Exception {
    try (Harbor harbor = new Harbor(data)) {
      StdioClientTransport transport =
          new StdioClientTransport(
              ServerParameters.builder(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString())
                  .args(
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      Main.class.getName(),
                      "--issuer",
                      harbor.server.issuer().toString(),
                      "--api",
                      harbor.points.url().toString(),
                      "--acr",
                      Harbor.PASSWORD_ACR)
                  .addEnvVar("LATCH_CLIENT_ID", "mediator")
                  .addEnvVar("LATCH_CLIENT_SECRET", "mediator-secret-0123456789")
                  .build(),
              McpJsonDefaults.getMapper());
      List<String> printed = new CopyOnWriteArrayList<>();
      transport.setStdErrorHandler(printed::add);
      Browser browser = new Browser();
      Host host =
          Host.on(
              transport,
              Host.named("anna"),
              request -> {
                browser.answer(browser.open(request.url()), "password", Harbor.CORRECT_HORSE);
                return Host.accept();
              });

      assertThat(host.succeeded(PointsTools.BALANCE).get("balance")).isEqualTo(12_480);

      assertThat(host.forms).hasSize(1);
      Await.until(
          "the host is told that the page was answered",
          () -> host.completed.equals(List.of(host.urls.getFirst().elicitationId())));
      assertThat(host.saw()).doesNotContain(Harbor.CORRECT_HORSE, "eyJ");
      host.close();
      assertThat(String.join("\n", printed)).doesNotContain(Harbor.CORRECT_HORSE, "eyJ");
    }
  }

  @Test
  void a_page_for_a_process_is_on_its_own_machine() throws Exception {
    try (Harbor harbor = new Harbor(data)) {
      Settings usual = harbor.settings(Duration.ZERO);
      for (String elsewhere : List.of("https://points.example", "http://points.example")) {
        Settings open =
            new Settings(
                usual.issuer(),
                usual.client(),
                usual.api(),
                usual.acrValues(),
                0,
                URI.create(elsewhere),
                Duration.ZERO);
        assertThatThrownBy(() ->
                MediatorServer.onStdio(
                    open, InputStream.nullInputStream(), OutputStream.nullOutputStream()))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }
}
