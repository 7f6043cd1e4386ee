package dev.latchstring.authorizationserver.delivery;

import dev.latchstring.authorizationserver.config.DeliverySettings;
import java.io.PrintStream;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transport of each channel, made when the first message needs it. */
final class Transports implements AutoCloseable {
  private final DeliverySettings settings;
  private final @Nullable PrintStream development;
  private final Clock clock;
  private final Map<Channel, Transport> made = new EnumMap<>(Channel.class);

  /**
   * @param development where codes are printed of channels that are not configured, or null
   */
  Transports(DeliverySettings settings, @Nullable PrintStream development, Clock clock) {
    this.settings = settings;
    this.development = development;
    this.clock = clock;
  }

  synchronized Transport of(Channel channel) throws DeliveryFailure {
    Transport transport = made.get(channel);
    if (transport == null) {
      transport = make(channel);
      made.put(channel, transport);
    }
    return transport;
  }

  private Transport make(Channel channel) throws DeliveryFailure {
    DeliverySettings.Smtp smtp = settings.smtp();
    if (channel == Channel.EMAIL && smtp != null) {
      return new MailTransport(smtp, clock);
    }
    DeliverySettings.Gateway gateway = settings.gateways().get(channel);
    if (gateway != null) {
      return new GatewayTransport(gateway, clock);
    }
    if (development == null) {
      throw DeliveryFailure.forGood("nothing under delivery says how");
    }
    return new Printed(development);
  }

  @Override
  public synchronized void close() {
    made.values().forEach(Transport::close);
  }
}
