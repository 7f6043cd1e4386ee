package dev.latchstring.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.server.SMTPServer;

/** A mail server on loopback, SubEthaSMTP, and the person who reads what it takes. */
final class MailServer implements AutoCloseable {
  private static final Pattern CODE = Pattern.compile("^\\s+(\\d{6})\\s*$", Pattern.MULTILINE);

  private final BlockingQueue<String> mails = new LinkedBlockingQueue<>();
  private final SMTPServer server =
      new SMTPServer.Builder()
          .bindAddress(InetAddress.getLoopbackAddress())
          .hostName("localhost")
          .port(0)
          .messageHandlerFactory(context -> new Taking())
          .build();

  MailServer() {
    server.start();
  }

  /** The member {@code smtp} of {@code delivery}. */
  String configuration() {
    return "smtp: { host: localhost, port: "
        + server.getPortAllocated()
        + ", from: codes@clinic.example }";
  }

  /** The code in the next mail to this address. */
  String next(String address) throws InterruptedException {
    String mail = mails.poll(120, TimeUnit.SECONDS);
    if (mail == null || !mail.startsWith(address + "\n")) {
      throw new AssertionError("no mail came to " + address);
    }
    Matcher code = CODE.matcher(mail);
    if (!code.find()) {
      throw new AssertionError("no code in " + mail);
    }
    return code.group(1);
  }

  @Override
  public void close() {
    server.stop();
  }

  private final class Taking implements MessageHandler {
    private String to = "";

    @Override
    public void from(String address) {
      // Whoever it is.
    }

    @Override
    public void recipient(String address) {
      to = address;
    }

    @Override
    public String data(InputStream data) throws IOException {
      mails.add(to + "\n" + new String(data.readAllBytes(), UTF_8));
      return null;
    }

    @Override
    public void done() {
      // Everything is in the queue.
    }
  }
}
