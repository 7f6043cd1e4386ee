package dev.latchstring.authorizationserver.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.latchstring.authorizationserver.config.DeliverySettings.Smtp;
import dev.latchstring.authorizationserver.config.DeliverySettings.Tls;
import dev.latchstring.authorizationserver.page.DisplayText;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * RFC 6409, RFC 5322. A mail in two forms, plain and HTML, handed to the operator's mail server on
 * a connection of its own. The subject, which telephones show while they are locked, has no code.
 *
 * <p>Every wait for the server ends after ten seconds. A second attempt has the same Message-ID.
 */
final class MailTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(MailTransport.class);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final int LONGEST_NAME = 60;

  private final Smtp smtp;
  private final Session session;
  private final Clock clock;

  MailTransport(Smtp smtp, Clock clock) {
    this.smtp = smtp;
    this.clock = clock;
    this.session = Session.getInstance(properties(smtp));
  }

  private static Properties properties(Smtp smtp) {
    String wait = String.valueOf(LONGEST_WAIT.toMillis());
    Properties properties = new Properties();
    properties.put("mail.smtp.host", smtp.host());
    properties.put("mail.smtp.port", String.valueOf(smtp.port()));
    properties.put("mail.smtp.localhost", domain(smtp.from()));
    properties.put("mail.smtp.from", smtp.from());
    properties.put("mail.smtp.connectiontimeout", wait);
    properties.put("mail.smtp.timeout", wait);
    properties.put("mail.smtp.writetimeout", wait);
    properties.put("mail.smtp.auth", String.valueOf(smtp.user() != null));
    properties.put("mail.smtp.auth.mechanisms", "PLAIN LOGIN");
    properties.put("mail.smtp.sendpartial", "false");
    properties.put("mail.smtp.quitwait", "false");
    properties.put("mail.smtp.starttls.enable", String.valueOf(smtp.tls() == Tls.STARTTLS));
    properties.put("mail.smtp.starttls.required", String.valueOf(smtp.tls() == Tls.STARTTLS));
    properties.put("mail.smtp.ssl.enable", String.valueOf(smtp.tls() == Tls.IMPLICIT));
    if (smtp.tls() != Tls.NONE) {
      properties.put("mail.smtp.ssl.checkserveridentity", "true");
      properties.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
      properties.put(
          "mail.smtp.ssl.socketFactory", Trust.context(smtp.authorities()).getSocketFactory());
    }
    return properties;
  }

  private static String domain(String address) {
    return address.substring(address.indexOf('@') + 1);
  }

  @Override
  public void deliver(Message message, Duration left) throws DeliveryFailure {
    String to = Destinations.mail(message.destination());
    SMTPTransport transport =
        new SMTPTransport(session, new URLName("smtp", null, -1, null, null, null));
    try {
      MimeMessage mail = mail(message, to);
      transport.connect(smtp.host(), smtp.port(), smtp.user(), smtp.password());
      transport.sendMessage(mail, new Address[] {new InternetAddress(to)});
    } catch (MessagingException e) {
      throw failure(e, transport.getLastReturnCode());
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("every Java platform has UTF-8", e);
    } finally {
      leave(transport);
    }
  }

  /** What was taken stays taken, however the connection ends. */
  private static void leave(SMTPTransport transport) {
    try {
      transport.close();
    } catch (MessagingException e) {
      LOG.debug("the connection to the mail server did not end well");
    }
  }

  private MimeMessage mail(Message message, String to)
      throws MessagingException, UnsupportedEncodingException {
    MessageText text = MessageText.of(message);
    MimeBodyPart plain = new MimeBodyPart();
    plain.setText(text.plainMail(), UTF_8.name(), "plain");
    MimeBodyPart html = new MimeBodyPart();
    html.setText(text.htmlMail(), UTF_8.name(), "html");
    MimeMessage mail = new NamedMail(session, message.reference() + "@" + domain(smtp.from()));
    String name = DisplayText.of(smtp.fromName(), LONGEST_NAME);
    mail.setFrom(new InternetAddress(smtp.from(), name.isEmpty() ? null : name, UTF_8.name()));
    mail.setRecipient(jakarta.mail.Message.RecipientType.TO, new InternetAddress(to));
    mail.setSubject(text.subject(), UTF_8.name());
    mail.setSentDate(Date.from(clock.instant()));
    mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834 §5
    mail.setHeader("Content-Language", text.language());
    mail.setContent(new MimeMultipart("alternative", plain, html));
    mail.saveChanges();
    return mail;
  }

  /** RFC 5322 §3.6.4: two attempts at one message have one identifier. */
  private static final class NamedMail extends MimeMessage {
    private final String id;

    NamedMail(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", "<" + id + ">");
    }
  }

  /** What the server said is left out: it repeats addresses. Its code is not. */
  private static DeliveryFailure failure(MessagingException e, int last) {
    boolean tls = false;
    for (Exception each = e; each != null; ) {
      int code = replyCode(each);
      if (code >= 400) {
        return answered(code);
      }
      tls |= each instanceof SSLException;
      Exception next = each instanceof MessagingException mail ? mail.getNextException() : null;
      each = next == null && each.getCause() instanceof Exception cause ? cause : next;
    }
    if (last >= 400) {
      return answered(last);
    }
    if (e instanceof AuthenticationFailedException) {
      return DeliveryFailure.forGood("the mail server refused user and password");
    }
    if (String.valueOf(e.getMessage()).startsWith("STARTTLS is required")) {
      return DeliveryFailure.forNow(
          "the mail server offers no STARTTLS, without which nothing is sent");
    }
    return tls
        ? DeliveryFailure.forNow("no TLS with the mail server, or its certificate is not believed")
        : DeliveryFailure.forNow("the mail server could not be reached, or did not answer");
  }

  private static DeliveryFailure answered(int code) {
    String reason = "the mail server answered " + code;
    return code < 500 ? DeliveryFailure.forNow(reason) : DeliveryFailure.forGood(reason);
  }

  private static int replyCode(Exception e) {
    return switch (e) {
      case SMTPAddressFailedException failed -> failed.getReturnCode();
      case SMTPSendFailedException failed -> failed.getReturnCode();
      case SMTPSenderFailedException failed -> failed.getReturnCode();
      default -> 0;
    };
  }
}
