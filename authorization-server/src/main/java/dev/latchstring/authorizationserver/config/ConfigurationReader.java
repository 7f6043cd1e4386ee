package dev.latchstring.authorizationserver.config;

import dev.latchstring.authorizationserver.account.AccountSpecification;
import dev.latchstring.authorizationserver.account.PasswordHash;
import dev.latchstring.authorizationserver.config.ServerConfiguration.DpopSettings;
import dev.latchstring.authorizationserver.config.ServerConfiguration.Lifetimes;
import dev.latchstring.authorizationserver.config.ServerConfiguration.TlsSettings;
import dev.latchstring.authorizationserver.store.DatabaseConfiguration;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.OAuthException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link ServerConfiguration} of a file, the environment and the command line; the later
 * wins.
 *
 * <p>Environment variables: {@code LATCH_ISSUER}, {@code LATCH_BIND}, {@code LATCH_PORT}, {@code
 * LATCH_DATA}, {@code LATCH_DATABASE_URL}, {@code LATCH_DATABASE_USER}, {@code
 * LATCH_DATABASE_PASSWORD}, {@code LATCH_KEY_ENCRYPTION_KEY}, {@code LATCH_TLS_CERTIFICATE}, {@code
 * LATCH_TLS_PRIVATE_KEY}, {@code LATCH_TRUSTED_PROXIES} (comma-separated), {@code
 * LATCH_DYNAMIC_REGISTRATION} ({@code true} or {@code false}), {@code LATCH_SMTP_PASSWORD}, {@code
 * LATCH_SMS_PASSWORD}, {@code LATCH_SMS_SIGNING_KEY}, {@code LATCH_VOICE_PASSWORD}, {@code
 * LATCH_VOICE_SIGNING_KEY}, and OpenTelemetry's own, {@code OTEL_…}. Relative paths in the file are
 * relative to the file.
 */
public final class ConfigurationReader {
  /** What a server in test mode has in the user's data directory, where nothing names another. */
  private static final String TEST_DATA = "test-mode";

  private final ConfigurationFile file;
  private final Path base;
  private final Overrides overrides;

  private ConfigurationReader(ConfigurationFile file, Path base, Overrides overrides) {
    this.file = file;
    this.base = base;
    this.overrides = overrides;
  }

  /**
   * @param file the configuration file, or null to go without
   * @throws ConfigurationException where it cannot be read or used, with what to change
   */
  public static ServerConfiguration read(@Nullable Path file, Overrides overrides) {
    if (file == null) {
      return new ConfigurationReader(ConfigurationFile.EMPTY, Path.of(""), overrides).read();
    }
    Path parent = file.toAbsolutePath().getParent();
    return new ConfigurationReader(
            YamlFile.read(file), parent == null ? Path.of("") : parent, overrides)
        .read();
  }

  /** As {@link #read(Path, Overrides)}, from a text instead of a file. */
  public static ServerConfiguration parse(String yaml, Overrides overrides) {
    return new ConfigurationReader(YamlFile.parse("configuration", yaml), Path.of(""), overrides)
        .read();
  }

  private ServerConfiguration read() {
    Path data = data();
    @Nullable TlsSettings tls = tls();
    @Nullable URI issuer = issuer();
    List<ResourceSettings> resources =
        Resources.read(file.resources() == null ? List.of() : file.resources());
    List<ClientSettings> clients =
        Clients.read(file.clients() == null ? List.of() : file.clients());
    Lifetimes lifetimes = lifetimes();
    return new ServerConfiguration(
        issuer,
        bind(),
        port(issuer),
        data,
        database(data),
        setting("LATCH_KEY_ENCRYPTION_KEY", null),
        tls,
        TrustedProxies.parse(trustedProxies()),
        clients,
        accounts(),
        resources,
        Assertions.read(file, issuer, clients, resources),
        Registrations.read(
            file.dynamicRegistration(), overrides.environment().get("LATCH_DYNAMIC_REGISTRATION")),
        Registrations.documents(file.clientIdMetadataDocuments()),
        Boolean.TRUE.equals(file.requirePushedAuthorizationRequests()),
        lifetimes,
        Devices.read(file.deviceAuthorization(), lifetimes.deviceCode()),
        dpop(),
        OwnNetworks.read(file.ownNetwork(), base),
        TraceSettingsReader.read(file.traces(), overrides.environment()),
        Contexts.read(file),
        Deliveries.read(file.delivery(), overrides.environment(), base),
        SecondFactors.read(file),
        new PeopleReader(base, overrides.environment()).read(file.challenge()),
        challenge(),
        overrides.testMode());
  }

  private ChallengeSettings challenge() {
    PeopleSettings people = new PeopleReader(base, overrides.environment()).read(file.challenge());
    return new ChallengeReader(people.attributes().keySet())
        .read(
            file.challenge(),
            new ServiceReader(base, new SecretSource(overrides.environment(), base)));
  }

  private @Nullable URI issuer() {
    String issuer = overrides.issuer();
    if (issuer == null) {
      issuer = setting("LATCH_ISSUER", file.issuer());
    }
    if (issuer == null) {
      return null;
    }
    try {
      URI uri = HttpsUri.requireIssuer(issuer);
      if (issuer.endsWith("/")) {
        throw new ConfigurationException(
            "issuer: '" + issuer + "' ends in a slash; leave it out, issuers are compared as text");
      }
      return uri;
    } catch (OAuthException e) {
      throw new ConfigurationException(
          "issuer: '"
              + issuer
              + "' cannot be used: "
              + e.description()
              + ". Write for example https://auth.example.com, or http://localhost:9000 on one machine");
    }
  }

  private String bind() {
    String bind = overrides.bind() == null ? setting("LATCH_BIND", file.bind()) : overrides.bind();
    return bind == null ? "localhost" : bind;
  }

  private int port(@Nullable URI issuer) {
    @Nullable Integer port = overrides.port();
    if (port == null) {
      String variable = overrides.environment().get("LATCH_PORT");
      try {
        port = variable == null ? file.port() : Integer.valueOf(variable);
      } catch (NumberFormatException e) {
        throw new ConfigurationException("LATCH_PORT: '" + variable + "' is not a number");
      }
    }
    int chosen = port == null ? usualPort(issuer) : port;
    if (chosen < 0 || chosen > 65_535) {
      throw new ConfigurationException("port: " + chosen + " is not between 0 and 65535");
    }
    return chosen;
  }

  /** An issuer on loopback has nothing before it, so its port is the one to listen on. */
  private static int usualPort(@Nullable URI issuer) {
    return issuer != null && issuer.getPort() > 0 && HttpsUri.isLoopback(issuer)
        ? issuer.getPort()
        : ServerConfiguration.DEFAULT_PORT;
  }

  private Path data() {
    if (overrides.data() != null) {
      return Path.of(overrides.data()).toAbsolutePath().normalize();
    }
    String variable = overrides.environment().get("LATCH_DATA");
    if (variable != null) {
      return Path.of(variable).toAbsolutePath().normalize();
    }
    if (file.data() != null) {
      return path("data", file.data());
    }
    if (overrides.userData() == null) {
      throw new ConfigurationException(
          "data: is missing; name a directory for the database and the key that guards it");
    }
    return overrides.testMode() ? overrides.userData().resolve(TEST_DATA) : overrides.userData();
  }

  private DatabaseConfiguration database(Path data) {
    ConfigurationFile.@Nullable Database database = file.database();
    String url = setting("LATCH_DATABASE_URL", database == null ? null : database.url());
    String user = setting("LATCH_DATABASE_USER", database == null ? null : database.user());
    String password =
        setting("LATCH_DATABASE_PASSWORD", database == null ? null : database.password());
    if (url == null) {
      return ServerConfiguration.ownDatabase(data);
    }
    if (!url.startsWith("jdbc:sqlite:") && !url.startsWith("jdbc:postgresql:")) {
      throw new ConfigurationException(
          "database.url: must start with jdbc:sqlite: or jdbc:postgresql:");
    }
    return DatabaseConfiguration.of(url, user, password);
  }

  private @Nullable TlsSettings tls() {
    ConfigurationFile.@Nullable Tls tls = file.tls();
    Path certificate = pem("LATCH_TLS_CERTIFICATE", tls == null ? null : tls.certificate());
    Path privateKey = pem("LATCH_TLS_PRIVATE_KEY", tls == null ? null : tls.privateKey());
    if (certificate == null && privateKey == null) {
      return null;
    }
    if (certificate == null || privateKey == null) {
      throw new ConfigurationException(
          "tls: needs both certificate and private_key, each the path of a PEM file");
    }
    for (Path pem : List.of(certificate, privateKey)) {
      if (!Files.isReadable(pem)) {
        throw new ConfigurationException("tls: " + pem + " cannot be read");
      }
    }
    return new TlsSettings(certificate, privateKey);
  }

  private @Nullable Path pem(String variable, @Nullable String inFile) {
    String named = overrides.environment().get(variable);
    if (named != null) {
      return Path.of(named);
    }
    return inFile == null ? null : path("tls", inFile);
  }

  private List<String> trustedProxies() {
    String variable = overrides.environment().get("LATCH_TRUSTED_PROXIES");
    if (variable == null) {
      return file.trustedProxies() == null ? List.of() : file.trustedProxies();
    }
    return Arrays.stream(variable.split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  private @Nullable List<AccountSpecification> accounts() {
    Set<String> names = new HashSet<>();
    return file.accounts() == null
        ? null
        : file.accounts().stream().map(account -> account(account, names)).toList();
  }

  private static AccountSpecification account(
      ConfigurationFile.Account account, Set<String> names) {
    String username = account.username();
    if (username == null || username.isBlank() || username.length() > 128) {
      throw new ConfigurationException("accounts: each needs a username of 1 to 128 characters");
    }
    if (!names.add(username.strip().toLowerCase(Locale.ROOT))) {
      throw new ConfigurationException(
          "accounts: '" + username + "' is there twice (case does not count)");
    }
    if ((account.password() == null) == (account.passwordHash() == null)) {
      throw new ConfigurationException(
          "accounts: '" + username + "' needs either password or password_hash");
    }
    if (account.passwordHash() != null && !account.passwordHash().startsWith("$argon2id$")) {
      throw new ConfigurationException(
          "accounts: the password_hash of '" + username + "' must be a PHC string of argon2id");
    }
    if (account.pin() != null && account.pinHash() != null) {
      throw new ConfigurationException(
          "accounts: '" + username + "' needs pin or pin_hash, not both");
    }
    if (account.pin() != null && !account.pin().matches("\\d{4,12}")) {
      throw new ConfigurationException(
          "accounts: the pin of '" + username + "' has 4 to 12 digits");
    }
    if (account.pinHash() != null && !PasswordHash.isPhc(account.pinHash())) {
      throw new ConfigurationException(
          "accounts: the pin_hash of '" + username + "' must be a PHC string of argon2id");
    }
    return new AccountSpecification(
        username,
        account.password(),
        account.passwordHash(),
        displayName(account, username),
        account.teams() == null ? List.of() : account.teams(),
        account.attributes() == null ? Map.of() : account.attributes(),
        account.pin(),
        account.pinHash());
  }

  private static String displayName(ConfigurationFile.Account account, String username) {
    return account.attributes() == null
        ? username
        : account.attributes().getOrDefault("name", username);
  }

  private DpopSettings dpop() {
    ConfigurationFile.@Nullable Dpop given = file.dpop();
    Boolean nonceRequired = given == null ? null : given.nonceRequired();
    return nonceRequired == null ? DpopSettings.DEFAULT : new DpopSettings(nonceRequired);
  }

  private Lifetimes lifetimes() {
    ConfigurationFile.@Nullable Lifetimes given = file.lifetimes();
    Lifetimes defaults = Lifetimes.DEFAULT;
    if (given == null) {
      return defaults;
    }
    return new Lifetimes(
        Durations.parse(
            "lifetimes.access_token",
            given.accessToken(),
            defaults.accessToken(),
            Duration.ofSeconds(10),
            Duration.ofDays(1)),
        Durations.parse(
            "lifetimes.refresh_token",
            given.refreshToken(),
            defaults.refreshToken(),
            Duration.ofMinutes(1),
            Duration.ofDays(3650)),
        Durations.parse(
            "lifetimes.device_code",
            given.deviceCode(),
            defaults.deviceCode(),
            Duration.ofSeconds(30),
            Duration.ofHours(1)),
        Durations.parse(
            "lifetimes.signing_key",
            given.signingKey(),
            defaults.signingKey(),
            Duration.ofHours(1),
            Duration.ofDays(3650)));
  }

  private @Nullable String setting(String variable, @Nullable String inFile) {
    String value = overrides.environment().get(variable);
    return value == null || value.isEmpty() ? inFile : value;
  }

  private Path path(String key, String text) {
    try {
      return base.resolve(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new ConfigurationException(key + ": not a path: " + e.getReason());
    }
  }
}
