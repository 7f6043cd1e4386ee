package dev.latchstring.mcpserver.authzen;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.http.Http;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.tools.Decision;
import dev.latchstring.mcpserver.tools.DecisionPoint;
import dev.latchstring.mcpserver.tools.Question;
import dev.latchstring.mcpserver.verification.SharedSearch;
import dev.latchstring.oauth.HttpsUri;
import dev.latchstring.oauth.JsonException;
import dev.latchstring.oauth.Secrets;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenID AuthZEN Authorization API 1.0. Asks a policy engine about each call and each list.
 *
 * <p>No answer is a no: where the engine cannot be reached, takes too long, is asked by more than
 * {@value #MAX_AT_ONCE} at once or answers something else than a decision, the call is {@link
 * Decision.Unavailable} and the list is without the tool. An answer counts for a short time for the
 * very same question, down to the caller's scopes and the arguments that were told: at most {@value
 * #MAX_REMEMBERED} are remembered.
 *
 * <p>Safe for use by many threads at once.
 */
public final class AuthZen implements DecisionPoint, AutoCloseable {
  /** How many questions are on their way at once. */
  public static final int MAX_AT_ONCE = 32;

  /** How many answers are remembered. */
  public static final int MAX_REMEMBERED = 10_000;

  /** How many tools one request asks about. */
  public static final int MAX_BATCH = 50;

  private static final Logger LOG = LoggerFactory.getLogger(AuthZen.class);

  private final String name;
  private final EvaluationRequest requests;
  private final Map<String, Set<String>> arguments;
  private final Duration remember;
  private final Clock clock;
  private final Http http;
  private final PolicyEngine engine;
  private final Semaphore atOnce = new Semaphore(MAX_AT_ONCE);
  private final Cache<String, Remembered> remembered =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();
  private final SharedSearch<Decision> searches = new SharedSearch<>();

  private record Remembered(Decision decision, Instant until) {}

  private AuthZen(Builder builder) {
    this.name = "policy engine " + builder.address.getHost();
    this.requests =
        new EvaluationRequest(
            builder.server,
            builder.subjectType,
            builder.subjectProperties,
            builder.argumentsAtResource);
    this.arguments = Map.copyOf(builder.arguments);
    this.remember = builder.remember;
    this.clock = builder.clock;
    this.http = new Http(builder.timeout);
    this.engine = new PolicyEngine(builder.address, http, builder.headers, builder.clock);
  }

  /**
   * Starts a configuration.
   *
   * @param policyDecisionPoint the engine's base address, such as {@code https://pdp.example}.
   *     Where it publishes metadata (AuthZEN 1.0 §9) that says where to ask; else the default paths
   *     are used
   * @param server this MCP server's identifier (RFC 8707), which policies see as {@code
   *     resource.properties.server}
   * @throws IllegalArgumentException where the address is not https (http on loopback)
   */
  public static Builder builder(String policyDecisionPoint, String server) {
    return new Builder(policyDecisionPoint, server);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> arguments(String tool) {
    return arguments.getOrDefault(tool, Set.of());
  }

  @Override
  public Decision decide(Question question) {
    String key = key(question);
    Decision known = known(key);
    return known != null
        ? known
        : searches.find(
            key,
            () -> {
              Decision decision =
                  asked(() -> engine.evaluate(requests.of(question), question.caller()));
              remember(key, decision);
              return decision;
            });
  }

  @Override
  public List<Decision> decideAll(List<Question> questions) {
    Map<Question, Decision> decided = new HashMap<>();
    List<Question> open = new ArrayList<>();
    for (Question question : questions) {
      Decision known = known(key(question));
      if (known == null) {
        open.add(question);
      } else {
        decided.put(question, known);
      }
    }
    for (int i = 0; i < open.size(); i += MAX_BATCH) {
      List<Question> batch = open.subList(i, Math.min(open.size(), i + MAX_BATCH));
      List<Decision> answers = askTogether(batch);
      for (int j = 0; j < batch.size(); j++) {
        decided.put(batch.get(j), answers.get(j));
        remember(key(batch.get(j)), answers.get(j));
      }
    }
    return questions.stream().map(decided::get).toList();
  }

  /** All of one caller. */
  private List<Decision> askTogether(List<Question> batch) {
    Question first = batch.getFirst();
    Map<String, Object> request = new LinkedHashMap<>(requests.shared(first));
    request.put(
        "evaluations",
        batch.stream().map(question -> Map.of("resource", requests.resource(question))).toList());
    List<Decision> unavailable = batch.stream().map(question -> PolicyEngine.UNAVAILABLE).toList();
    List<Decision> answers =
        askedOr(unavailable, () -> engine.evaluateAll(request, batch.size(), first.caller()));
    return answers == null ? batch.stream().map(this::decide).toList() : answers;
  }

  private Decision asked(Supplier<Decision> question) {
    return askedOr(PolicyEngine.UNAVAILABLE, question);
  }

  private <T> T askedOr(T unavailable, Supplier<T> question) {
    if (!atOnce.tryAcquire()) {
      LOG.error("{}: more than {} questions at once", name, MAX_AT_ONCE);
      return unavailable;
    }
    try {
      return question.get();
    } catch (ClientException | JsonException e) {
      LOG.error("{} gave no decision: {}", name, e.getMessage());
      return unavailable;
    } finally {
      atOnce.release();
    }
  }

  private String key(Question question) {
    return Secrets.sha256Base64Url(requests.key(question));
  }

  private @Nullable Decision known(String key) {
    Remembered found = remembered.getIfPresent(key);
    return found != null && clock.instant().isBefore(found.until()) ? found.decision() : null;
  }

  private void remember(String key, Decision decision) {
    if (!remember.isZero() && !(decision instanceof Decision.Unavailable)) {
      remembered.put(key, new Remembered(decision, clock.instant().plus(remember)));
    }
  }

  /** Releases the connections to the engine. */
  @Override
  public void close() {
    http.close();
  }

  /** A configuration in the making. */
  public static final class Builder {
    private final URI address;
    private final String server;
    private final Map<String, Supplier<String>> headers = new LinkedHashMap<>();
    private final Map<String, Set<String>> arguments = new HashMap<>();
    private String subjectType = "identity";
    private Function<Caller, Map<String, Object>> subjectProperties = caller -> Map.of();
    private boolean argumentsAtResource;
    private Duration timeout = Duration.ofSeconds(2);
    private Duration remember = Duration.ofSeconds(5);
    private Clock clock = Clock.systemUTC();

    private Builder(String policyDecisionPoint, String server) {
      this.address = URI.create(policyDecisionPoint.replaceFirst("/$", ""));
      if (!HttpsUri.isHttpsOrLoopback(address)
          || address.getRawQuery() != null
          || address.getRawFragment() != null) {
        throw new IllegalArgumentException(
            "a policy decision point has an https address (http on loopback) without query");
      }
      this.server = server;
    }

    /**
     * A header by which this server is known to the engine, such as {@code Authorization}.
     *
     * @param value asked for each request, so that it may change; a secret
     */
    public Builder header(String name, Supplier<String> value) {
      headers.put(name, value);
      return this;
    }

    /**
     * Which of a tool's top-level arguments the engine is told, in {@code context.arguments}: none
     * unless named here. A list is decided without them, so a policy must not demand them there.
     */
    public Builder arguments(String tool, String... names) {
      arguments.put(tool, Set.of(names));
      return this;
    }

    /**
     * Tells the arguments in {@code resource.properties.arguments} instead, for engines whose
     * policies do not see the context.
     */
    public Builder argumentsAtResource() {
      this.argumentsAtResource = true;
      return this;
    }

    /**
     * What the engine wants to know of a caller besides, such as Cerbos its {@code cerbos.roles}:
     * added to {@code subject.properties}, which have {@code issuer}, {@code client_id}, {@code
     * scopes}, {@code teams}, {@code acr}, {@code auth_time} and {@code actors}.
     *
     * @param properties the same for the same caller, and of values that JSON has
     */
    public Builder subjectProperties(Function<Caller, Map<String, Object>> properties) {
      this.subjectProperties = properties;
      return this;
    }

    /** What policies call the type of subjects: {@code identity} unless set. */
    public Builder subjectType(String type) {
      this.subjectType = type;
      return this;
    }

    /** How long one question may take: 2 seconds unless set, at most 20. */
    public Builder timeout(Duration timeout) {
      this.timeout = within("timeout", timeout, Duration.ofMillis(50), Duration.ofSeconds(20));
      return this;
    }

    /** How long an answer counts: 5 seconds unless set, 0 to ask each time, at most 60. */
    public Builder remember(Duration remember) {
      this.remember = within("remember", remember, Duration.ZERO, Duration.ofSeconds(60));
      return this;
    }

    public Builder clock(Clock clock) {
      this.clock = clock;
      return this;
    }

    private static Duration within(String name, Duration value, Duration least, Duration most) {
      if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            name + " must be between " + least.toMillis() + " and " + most.toMillis() + " ms");
      }
      return value;
    }

    /** Starts it; nothing is asked before the first question. */
    public AuthZen build() {
      return new AuthZen(this);
    }
  }
}
