package dev.latchstring.authorizationserver.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchstring.authorizationserver.config.DeliverySettings.Gateway;
import dev.latchstring.oauth.Json;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a gateway is told, in either format. */
final class GatewayBody {
  private GatewayBody() {}

  /**
   * @param text of a call: what is to be spoken
   * @param code null unless the operator wants it beside the text
   * @param expiresIn seconds from this attempt
   */
  private record Request(
      String channel,
      String to,
      @Nullable String from,
      String text,
      @Nullable String code,
      String locale,
      String reference,
      @JsonProperty("expires_in") long expiresIn) {}

  static String json(Gateway gateway, Message message, String to, long expiresIn) {
    MessageText text = MessageText.of(message);
    return Json.write(
        new Request(
            message.channel().wireName(),
            to,
            gateway.from(),
            said(gateway, message, text),
            gateway.code() ? message.code() : null,
            text.language(),
            message.reference(),
            expiresIn));
  }

  /** Twilio's "Create a Message" and "Create a Call". */
  static String form(Gateway gateway, Message message, String to) {
    MessageText text = MessageText.of(message);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("To", to);
    if (gateway.from() != null) {
      fields.put("From", gateway.from());
    }
    String said = said(gateway, message, text);
    if (message.channel() == Channel.VOICE) {
      fields.put("Twiml", twiml(said, text.language()));
    } else {
      fields.put("Body", said);
    }
    fields.putAll(gateway.parameters());
    return fields.entrySet().stream()
        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String said(Gateway gateway, Message message, MessageText text) {
    return message.channel() == Channel.VOICE ? text.spoken() : text.sms(gateway.autofillDomain());
  }

  private static String twiml(String text, String language) {
    return "<Response><Say language=\""
        + (language.equals("en") ? "en-US" : language + "-" + language.toUpperCase(Locale.ROOT))
        + "\">"
        + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        + "</Say></Response>";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
