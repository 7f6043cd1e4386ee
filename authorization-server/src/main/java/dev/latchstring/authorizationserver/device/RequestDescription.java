package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.page.Frame;
import dev.latchstring.authorizationserver.page.Waiting;
import dev.latchstring.oauth.HttpsUri;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** RFC 8628 §5.4. Puts a device's request into words for the person who decides. */
public final class RequestDescription {
  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final AccessDescription access;
  private final Clock clock;

  public RequestDescription(AccessDescription access, Clock clock) {
    this.access = access;
    this.clock = clock;
  }

  /** The client's name, or its identifier where it has none. */
  String clientName(DeviceAuthorization authorization) {
    return access.clientName(authorization.request().clientId());
  }

  String resourceName(DeviceAuthorization authorization) {
    return access.resourceName(authorization.request().resource());
  }

  RequestView of(
      Frame frame,
      DeviceAuthorization authorization,
      UserCode code,
      String proof,
      String browserAddress,
      Person person) {
    DeviceAuthorizationRequest request = authorization.request();
    Duration age = Duration.between(authorization.createdAt(), clock.instant());
    return new RequestView(
        frame,
        code.display(),
        proof,
        access.client(request.clientId()),
        AccessDescription.intendedUse(request.context()),
        ClientNetwork.bare(request.requestedFrom()),
        isSame(request.requestedFrom(), browserAddress),
        ClientNetwork.bare(browserAddress),
        DATE_TIME.format(authorization.createdAt()),
        authorization.createdAt().truncatedTo(ChronoUnit.SECONDS).toString(),
        Waiting.ago(age),
        resourceName(authorization),
        access.resource(request.resource()),
        access.permissions(request.resource(), request.scope(), List.of()),
        person.label());
  }

  private static boolean isSame(String a, String b) {
    String one = ClientNetwork.bare(a);
    String other = ClientNetwork.bare(b);
    return one.equals(other) || (HttpsUri.isLoopbackHost(one) && HttpsUri.isLoopbackHost(other));
  }
}
