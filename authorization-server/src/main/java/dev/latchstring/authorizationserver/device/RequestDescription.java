package dev.latchstring.authorizationserver.device;

import dev.latchstring.authorizationserver.account.BrowserSessions.Person;
import dev.latchstring.authorizationserver.device.RequestView.Permission;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.page.DisplayText;
import dev.latchstring.authorizationserver.page.Frame;
import dev.latchstring.authorizationserver.page.Waiting;
import dev.latchstring.authorizationserver.registration.AiMetadata;
import dev.latchstring.authorizationserver.registration.RegisteredClient;
import dev.latchstring.authorizationserver.registration.RegisteredClient.Origin;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** RFC 8628 §5.4. Puts a device's request into words for the person who decides. */
public final class RequestDescription {
  private static final int MAX_NAME = 80;
  private static final int MAX_HOST = 100;
  private static final int MAX_CAPABILITY = 40;
  private static final int MAX_IDENTIFIER = 120;
  private static final int MAX_RESOURCE = 200;

  /** OpenID Connect Core §3.1.2.1 and §11, which mean the same everywhere. */
  private static final Map<String, String> STANDARD_SCOPES =
      Map.of(
          "openid", "Know who you are",
          "profile", "See your name and username",
          "email", "See your email address",
          "offline_access", "Stay connected when you’re not there");

  private static final DateTimeFormatter DATE_TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Function<String, Optional<RegisteredClient>> clients;
  private final ResourceDescriptions resources;
  private final Clock clock;

  /**
   * @param clients finds a client by its identifier
   */
  public RequestDescription(
      Function<String, Optional<RegisteredClient>> clients,
      ResourceDescriptions resources,
      Clock clock) {
    this.clients = clients;
    this.resources = resources;
    this.clock = clock;
  }

  /** The client's name, or its identifier where it has none. */
  String clientName(DeviceAuthorization authorization) {
    String clientId = authorization.request().clientId();
    return clients
        .apply(clientId)
        .map(client -> client.metadata().clientName())
        .map(name -> DisplayText.of(name, MAX_NAME))
        .filter(name -> !name.isEmpty())
        .orElseGet(() -> DisplayText.of(clientId, MAX_NAME));
  }

  String resourceName(DeviceAuthorization authorization) {
    return DisplayText.of(resources.name(authorization.request().resource()), MAX_NAME);
  }

  RequestView of(
      Frame frame,
      DeviceAuthorization authorization,
      UserCode code,
      String proof,
      String browserAddress,
      Person person) {
    DeviceAuthorizationRequest request = authorization.request();
    Optional<RegisteredClient> client = clients.apply(request.clientId());
    Duration age = Duration.between(authorization.createdAt(), clock.instant());
    return new RequestView(
        frame,
        code.display(),
        proof,
        clientName(authorization),
        DisplayText.of(request.clientId(), MAX_IDENTIFIER),
        client.map(known -> host(known.metadata().clientUri())).orElse(null),
        client.map(known -> known.origin() == Origin.CONFIGURED).orElse(false),
        publishedAt(client, request.clientId()),
        client.flatMap(known -> AiMetadata.of(known.metadata())).map(this::ai).orElse(null),
        ClientNetwork.bare(request.requestedFrom()),
        isSame(request.requestedFrom(), browserAddress),
        ClientNetwork.bare(browserAddress),
        DATE_TIME.format(authorization.createdAt()),
        authorization.createdAt().truncatedTo(ChronoUnit.SECONDS).toString(),
        Waiting.ago(age),
        resourceName(authorization),
        DisplayText.of(request.resource(), MAX_RESOURCE),
        permissions(request),
        person.label());
  }

  /** Shown even where the document is not at hand any more: the identifier says it. */
  private static @Nullable String publishedAt(Optional<RegisteredClient> client, String clientId) {
    return client.map(RegisteredClient::origin).orElse(Origin.METADATA_DOCUMENT)
            == Origin.METADATA_DOCUMENT
        ? host(clientId)
        : null;
  }

  private RequestView.Ai ai(AiMetadata stated) {
    String family = stated.modelFamily();
    return new RequestView.Ai(
        family == null ? null : DisplayText.of(family, MAX_NAME),
        stated.capabilities().stream()
            .map(capability -> DisplayText.of(capability, MAX_CAPABILITY))
            .filter(capability -> !capability.isEmpty())
            .toList());
  }

  private List<Permission> permissions(DeviceAuthorizationRequest request) {
    return request.scope().values().stream()
        .map(scope -> new Permission(scope, words(request.resource(), scope)))
        .toList();
  }

  private @Nullable String words(String resource, String scope) {
    String words = resources.words(resource, scope);
    return words == null ? STANDARD_SCOPES.get(scope) : words;
  }

  private static boolean isSame(String a, String b) {
    String one = ClientNetwork.bare(a);
    String other = ClientNetwork.bare(b);
    return one.equals(other) || (HttpsUri.isLoopbackHost(one) && HttpsUri.isLoopbackHost(other));
  }

  /** The host alone: the rest of an address can say anything. */
  private static @Nullable String host(@Nullable String uri) {
    if (uri == null) {
      return null;
    }
    try {
      String host = new URI(uri).getHost();
      return host == null ? null : DisplayText.of(host, MAX_HOST);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
