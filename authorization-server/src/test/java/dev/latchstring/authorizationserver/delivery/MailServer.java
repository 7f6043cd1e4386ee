package dev.latchstring.authorizationserver.delivery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** SubEthaSMTP on loopback, which keeps what it takes and refuses what it is told to. */
final class MailServer implements AutoCloseable {
  /** A mail as it came. */
  record Received(String from, String to, String raw) {
    MimeMessage parsed() throws MessagingException {
      return new MimeMessage(
          Session.getInstance(new Properties()),
          new ByteArrayInputStream(raw.getBytes(ISO_8859_1)));
    }
  }

  final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  final List<String> recipients = new CopyOnWriteArrayList<>();
  final List<String> dataBegun = new CopyOnWriteArrayList<>();

  /** What RCPT is refused with, one for each attempt, as long as there are any. */
  final Queue<RejectException> refusals = new ConcurrentLinkedQueue<>();

  /** Where it is there, a mail is not answered before this opens. */
  volatile CountDownLatch hanging = new CountDownLatch(0);

  private final SMTPServer server;

  private MailServer(UnaryOperator<SMTPServer.Builder> settings) {
    server =
        settings
            .apply(
                new SMTPServer.Builder()
                    .bindAddress(InetAddress.getLoopbackAddress())
                    .hostName("localhost")
                    .port(0)
                    .insertReceivedHeaders(false)
                    .messageHandlerFactory(context -> new Taking()))
            .build();
    server.start();
  }

  static MailServer plain() {
    return new MailServer(settings -> settings);
  }

  static MailServer startTls(SSLContext tls) {
    return new MailServer(settings -> settings.enableTLS().requireTLS().startTlsSocketFactory(tls));
  }

  static MailServer implicitTls(SSLContext tls) {
    return new MailServer(settings -> settings.serverSocketFactory(tls));
  }

  /** Takes mail from one user, over TLS. */
  static MailServer authenticating(SSLContext tls, String user, String password) {
    return new MailServer(settings ->
        settings
            .enableTLS()
            .requireTLS()
            .requireAuth()
            .startTlsSocketFactory(tls)
            .authenticationHandlerFactory(
                new EasyAuthenticationHandlerFactory((name, given, context) -> {
                  if (!name.equals(user) || !given.equals(password)) {
                    throw new LoginFailedException();
                  }
                })));
  }

  int port() {
    return server.getPortAllocated();
  }

  Received next() throws InterruptedException {
    Received mail = received.poll(120, TimeUnit.SECONDS);
    if (mail == null) {
      throw new AssertionError("waited 120 s for a mail");
    }
    return mail;
  }

  @Override
  public void close() {
    hanging.countDown();
    server.stop();
  }

  private final class Taking implements MessageHandler {
    private String from = "";
    private String to = "";

    @Override
    public void from(String address) {
      from = address;
    }

    @Override
    public void recipient(String address) throws RejectException {
      recipients.add(address);
      to = address;
      RejectException refusal = refusals.poll();
      if (refusal != null) {
        throw refusal;
      }
    }

    @Override
    public String data(InputStream data) throws IOException {
      String raw = new String(data.readAllBytes(), ISO_8859_1);
      dataBegun.add(raw);
      try {
        if (!hanging.await(120, TimeUnit.SECONDS)) {
          throw new IOException("hung for too long");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      received.add(new Received(from, to, raw));
      return null;
    }

    @Override
    public void done() {}
  }
}
