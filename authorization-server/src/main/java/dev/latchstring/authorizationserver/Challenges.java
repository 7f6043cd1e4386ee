package dev.latchstring.authorizationserver;

import dev.latchstring.authorizationserver.account.PasswordAuthentication;
import dev.latchstring.authorizationserver.approval.ApprovalsPage;
import dev.latchstring.authorizationserver.authorize.AuthorizationRequestRules;
import dev.latchstring.authorizationserver.challenge.ChallengeEndpoint;
import dev.latchstring.authorizationserver.challenge.ChallengeLogins;
import dev.latchstring.authorizationserver.challenge.ChallengePolicy;
import dev.latchstring.authorizationserver.challenge.Contexts;
import dev.latchstring.authorizationserver.challenge.RiskCheck;
import dev.latchstring.authorizationserver.challenge.people.PeopleSource;
import dev.latchstring.authorizationserver.challenge.people.PeopleSources;
import dev.latchstring.authorizationserver.challenge.prompt.Prompts;
import dev.latchstring.authorizationserver.challenge.step.StepWorkshop;
import dev.latchstring.authorizationserver.client.ClientAuthentication;
import dev.latchstring.authorizationserver.client.RegisteredClients;
import dev.latchstring.authorizationserver.config.ChallengeSettings;
import dev.latchstring.authorizationserver.config.ClientSettings;
import dev.latchstring.authorizationserver.config.ConfigurationException;
import dev.latchstring.authorizationserver.config.ServerConfiguration;
import dev.latchstring.authorizationserver.credential.Passkeys;
import dev.latchstring.authorizationserver.credential.RelyingParty;
import dev.latchstring.authorizationserver.credential.TotpCodes;
import dev.latchstring.authorizationserver.delivery.CodeDelivery;
import dev.latchstring.authorizationserver.dpop.KeyProofs;
import dev.latchstring.authorizationserver.http.AddressLimit;
import dev.latchstring.authorizationserver.http.Routes;
import dev.latchstring.authorizationserver.metadata.EndpointPaths;
import dev.latchstring.authorizationserver.operator.OperatorService;
import dev.latchstring.authorizationserver.speech.AnswerForm;
import dev.latchstring.authorizationserver.token.Logins;
import dev.latchstring.oauth.HttpsUri;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logins by challenge: what they are made of, and where they are mounted. */
final class Challenges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Challenges.class);

  private final Storage storage;
  private final Clock clock;
  private final PeopleSource people;
  private final CodeDelivery delivery;
  private final @Nullable OperatorService riskService;
  private final ChallengePolicy policy;
  private final boolean offered;

  Challenges(
      ServerConfiguration configuration,
      URI issuer,
      RelyingParty relyingParty,
      Storage storage,
      PasswordAuthentication passwords,
      Clock clock,
      SecureRandom random) {
    this.storage = storage;
    this.clock = clock;
    this.offered = configuration.hasFirstPartyClient();
    boolean loopback = HttpsUri.isLoopback(issuer);
    ChallengeSettings settings = configuration.challenge();
    if (offered) {
      // Before anything is opened.
      configuration.delivery().requireUsable(loopback, settings.channels());
    }
    this.people =
        PeopleSources.open(
            configuration.people(),
            storage.accounts,
            storage.answers,
            storage.serverKey,
            clock,
            random);
    requireLookups(settings);
    this.delivery = CodeDelivery.of(configuration.delivery(), loopback, clock);
    Map<String, String> clientNames = clientNames(configuration);
    StepWorkshop workshop =
        new StepWorkshop(
            configuration.people().attributes(),
            people,
            passwords,
            delivery,
            storage.attempts,
            new TotpCodes(storage.totpSecrets, clock, random),
            new Passkeys(storage.passkeys, relyingParty),
            storage.approvals,
            id -> clientNames.getOrDefault(id, ""),
            issuer + ApprovalsPage.PATH,
            random);
    this.riskService =
        settings.risk() == null ? null : new OperatorService(settings.risk(), clock, random);
    this.policy =
        new ChallengePolicy(
            new Contexts(settings.contexts(), workshop.make(settings)),
            people,
            settings.attempts(),
            settings.session(),
            new RiskCheck(riskService));
  }

  /** Each step of the kind identify has to be one that the source of people can look up. */
  private void requireLookups(ChallengeSettings settings) {
    Set<String> used =
        settings.contexts().stream()
            .map(context -> context.slots().getFirst())
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    for (String id : used) {
      List<String> ask = Objects.requireNonNull(settings.steps().get(id), id).ask();
      if (offered && !people.identifiesBy(Set.copyOf(ask))) {
        people.close();
        throw new ConfigurationException(
            "challenge: the step '"
                + id
                + "' asks for "
                + String.join(", ", ask)
                + ", and nothing looks people up by that; add a query that does");
      }
    }
  }

  private static Map<String, String> clientNames(ServerConfiguration configuration) {
    Map<String, String> names = new HashMap<>();
    for (ClientSettings client : configuration.clients()) {
      String name = client.metadata().clientName();
      names.put(client.clientId(), name == null ? "" : name);
    }
    return Map.copyOf(names);
  }

  /** What logins are good for, those of a browser too. */
  Logins logins() {
    return new ChallengeLogins(
        storage.accounts, policy, storage.database, storage.authSessions, clock);
  }

  /** Mounts the endpoint where there is a client that may use it. */
  void mount(
      Routes routes,
      ClientAuthentication authentication,
      RegisteredClients clients,
      KeyProofs proofs,
      AuthorizationRequestRules rules,
      AddressLimit limit) {
    if (offered) {
      String path = EndpointPaths.STANDARD.authorizationChallenge();
      routes.post(
          path,
          new ChallengeEndpoint(
              path,
              authentication,
              clients,
              proofs,
              rules,
              policy,
              storage.database,
              storage.authSessions,
              storage.authorizationCodes,
              storage.authorizationRequests,
              storage.attempts,
              limit,
              clock));
    }
  }

  /** So that the first caller does not wait for it: what is said and heard is read once. */
  void warmUp() {
    if (offered) {
      Thread.ofPlatform()
          .daemon()
          .name("challenge-warm-up")
          .start(() -> {
            LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
            AnswerForm date = AnswerForm.DATE;
            AnswerForm digits = AnswerForm.digits(4);
            AnswerForm name = AnswerForm.NAME;
            boolean read =
                date.read("March third 1985", Locale.ENGLISH, today).isPresent()
                    && digits.read("four two one nine", Locale.ENGLISH, today).isPresent()
                    && name.read("Anna Smith", Locale.ENGLISH, today).isPresent();
            String said = Prompts.of("en").didNotMatch(2, Prompts.of("en").password()).ssml();
            if (!read || said.isEmpty()) {
              LOG.warn("what callers say cannot be read");
            }
          });
    }
  }

  /** Delivers what was accepted. */
  @Override
  public void close() {
    delivery.close();
    people.close();
    if (riskService != null) {
      riskService.close();
    }
  }
}
