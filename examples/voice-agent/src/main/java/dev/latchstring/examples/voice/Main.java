package dev.latchstring.examples.voice;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.registration.ClientIdentity;
import dev.latchstring.examples.voice.call.Journal;
import dev.latchstring.examples.voice.intent.KeywordIntents;
import dev.latchstring.examples.voice.telephone.TelephoneServer;
import dev.latchstring.examples.voice.terminal.CallPrinter;
import dev.latchstring.examples.voice.terminal.Pocket;
import dev.latchstring.examples.voice.terminal.TerminalFront;
import dev.latchstring.examples.voice.terminal.Transcript;
import dev.latchstring.examples.voice.terminal.TranscriptPlayer;
import dev.latchstring.oauth.OAuthException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Answers calls: at the terminal, from transcripts, or for a telephone platform. */
public final class Main {
  /** How long a text message may be under way. */
  private static final Duration TEXT_MESSAGE = Duration.ofSeconds(20);

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    try {
      run(Options.parse(List.of(arguments), System.getenv()));
    } catch (IllegalArgumentException | UncheckedIOException | OAuthException e) {
      System.err.println("voice-agent: " + e.getMessage());
      System.err.println(Options.USAGE);
      System.exit(2);
    } catch (ClientException e) {
      System.err.println("voice-agent: " + e.getMessage());
      System.exit(1);
    } catch (TranscriptPlayer.Mismatch e) {
      System.err.println("voice-agent: " + e.getMessage());
      System.exit(3);
    }
  }

  private static void run(Options options) throws IOException, InterruptedException {
    Settings settings =
        new Settings(
            options.issuer(),
            options.mcp(),
            ClientIdentity.confidential(options.clientId(), options.clientSecret()),
            options.lines());
    CallPrinter printer = new CallPrinter(new PrintWriter(System.out, true, UTF_8));
    boolean telephone = options.webhookPort() != null;
    Journal journal = telephone ? new LoggedJournal() : Journal.none();
    try (VoiceAgent agent =
        VoiceAgent.start(settings, new KeywordIntents(), journal, Clock.systemUTC())) {
      if (telephone) {
        answerTelephone(options, agent);
      } else {
        atTheTerminal(options, agent, printer);
      }
    }
  }

  private static void atTheTerminal(Options options, VoiceAgent agent, CallPrinter printer)
      throws IOException {
    try (Pocket pocket = Pocket.start(options.messagesPort(), printer)) {
      if (options.transcripts().isEmpty()) {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        new TerminalFront(agent.calls(), in, System.console(), printer, Main::pass)
            .call(options.language());
      } else {
        play(options.transcripts(), agent, pocket, printer);
      }
    }
  }

  private static void play(
      List<Path> transcripts, VoiceAgent agent, Pocket pocket, CallPrinter printer)
      throws IOException {
    TranscriptPlayer player =
        new TranscriptPlayer(
            agent.calls(),
            () -> pocket.takeCode(null, TEXT_MESSAGE).orElse("000000"),
            Main::pass,
            printer);
    for (Path file : transcripts) {
      Transcript transcript = Transcript.parse(Files.readString(file));
      System.out.println("\n== " + transcript.title());
      player.play(file.getFileName().toString(), transcript);
    }
  }

  private static void answerTelephone(Options options, VoiceAgent agent)
      throws InterruptedException {
    Integer port = options.webhookPort();
    try (TelephoneServer server =
        TelephoneServer.start(
            port == null ? 0 : port,
            options.publicUrl(),
            options.authToken(),
            options.numbers(),
            agent.calls())) {
      System.err.println("voice-agent: the telephone platform posts to " + server.webhook());
      Thread.currentThread().join();
    }
  }

  private static void pass(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }
}
