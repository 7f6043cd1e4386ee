package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.AccessToken;
import dev.latchstring.client.Account;
import dev.latchstring.client.ClientException;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.TokenSource;
import dev.latchstring.client.call.AuthorizedHttpClient;
import dev.latchstring.client.call.Authorizer;
import dev.latchstring.client.call.InteractiveLogin;
import dev.latchstring.client.delivery.DeliveredAccount;
import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.stdio.RpcError;
import dev.latchstring.mcpserver.tools.Caller;
import dev.latchstring.mcpserver.verification.Callers;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.OAuthException;
import dev.latchstring.oauth.Scope;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One named account of a provider: its tokens, who they are of, and its one login at a time. */
final class AccountLogin {
  private final Provider provider;
  private final String name;
  private final @Nullable GivenToken given;
  private final Supplier<Account> open;
  private final Function<Account, LoginDesk> newDesk;
  private final Supplier<HttpClient> sender;
  private final Clock clock;
  private final Scope everything;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable DeliveredAccount account;
  private @Nullable LoginDesk desk;
  private @Nullable Authorizer authorizer;
  private volatile @Nullable Held last;

  /** A token that is good now, and who it is of. */
  record Held(AccessToken token, Caller caller) {}

  /**
   * @param given a token of the environment, which takes the place of every login; null for none
   * @param open makes the account when it is first needed
   * @param newDesk where its logins are done
   * @param sender sends the requests of tools
   * @param everything all scopes that the tools are decided by, for tokens that do not say theirs
   */
  AccountLogin(
      Provider provider,
      String name,
      @Nullable GivenToken given,
      Supplier<Account> open,
      Function<Account, LoginDesk> newDesk,
      Supplier<HttpClient> sender,
      Clock clock,
      Scope everything) {
    this.provider = provider;
    this.name = name;
    this.given = given;
    this.open = open;
    this.newDesk = newDesk;
    this.sender = sender;
    this.clock = clock;
    this.everything = everything;
  }

  /** What {@code LoginRequired.at} calls it. */
  static String key(String provider, String account) {
    return provider + "/" + account;
  }

  String key() {
    return key(provider.name(), name);
  }

  Provider provider() {
    return provider;
  }

  String name() {
    return name;
  }

  /** Whether its token is of the environment, so that nobody can log in or out. */
  boolean isGiven() {
    return given != null;
  }

  /** The token of the environment; null where there is none. */
  @Nullable GivenToken given() {
    return given;
  }

  /** A token that the host delivers goes before its login. */
  DeliveredAccount account() {
    lock.lock();
    try {
      if (account == null) {
        Account own = given == null ? open.get() : given.account(provider.api(), name);
        account = new DeliveredAccount(own, clock);
      }
      return account;
    } finally {
      lock.unlock();
    }
  }

  LoginDesk desk() {
    lock.lock();
    try {
      if (desk == null) {
        desk = newDesk.apply(account());
      }
      return desk;
    } finally {
      lock.unlock();
    }
  }

  /** Its desk if something was done there; null where nothing was. */
  @Nullable LoginDesk deskInUse() {
    lock.lock();
    try {
      return desk;
    } finally {
      lock.unlock();
    }
  }

  /** Sends requests with its token, and asks for a login in that way where one is needed. */
  HttpClient http(InteractiveLogin login) {
    Authorizer shared;
    lock.lock();
    try {
      if (authorizer == null) {
        authorizer = new Authorizer(account(), null, clock);
      }
      shared = authorizer;
    } finally {
      lock.unlock();
    }
    return AuthorizedHttpClient.of(shared.asking(login), sender.get(), request -> null);
  }

  TokenSource tokens() {
    return given == null ? account().tokens() : given.token();
  }

  /**
   * The token, and who it is of; null where a login is needed.
   *
   * @throws RpcError where it cannot be found out now: a fault of the network is no logout
   */
  @Nullable Held held() {
    AccessToken token;
    try {
      token = tokens().token();
    } catch (ClientException e) {
      return switch (e.problem()) {
        case LOGIN_REQUIRED, REAUTHENTICATION_REQUIRED -> null;
        default -> throw new RpcError(RpcError.UNAVAILABLE, text(e));
      };
    }
    Held known = last;
    if (known != null && known.token().value().equals(token.value())) {
      return known;
    }
    Held held = new Held(token, caller(token));
    last = held;
    return held;
  }

  static String text(ClientException e) {
    return e.hint() == null ? e.description() : e.description() + " (hint: " + e.hint() + ")";
  }

  private Caller caller(AccessToken token) {
    LoginStatus status = account().status().orElse(null);
    JsonNode claims = claims(token.value());
    String subject = status == null ? null : status.identity().subject();
    boolean told = given != null && claims.path("sub").isString() && claims.path("iss").isString();
    Caller known =
        new Caller(
            subject != null ? subject : told ? claims.path("sub").stringValue() : "account " + name,
            status != null
                ? status.identity().issuer()
                : told ? claims.path("iss").stringValue() : provider.api().toString(),
            status == null ? "environment" : status.clientId(),
            given != null && token.scope().isEmpty() ? everything : token.scope(),
            new LinkedHashSet<>(),
            null,
            null,
            List.of(),
            token.expiresAt() == null ? Instant.MAX : token.expiresAt(),
            null,
            provider.name());
    boolean ofTheLogin = known.issuer().equals(claims.path("iss").asString(""));
    try {
      return ofTheLogin ? Callers.told(known, claims) : known;
    } catch (OAuthException e) {
      throw new RpcError(RpcError.REFUSED, e.description());
    }
  }

  /** RFC 9068. What the token says, where it says anything that can be read. */
  private static JsonNode claims(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length == 3) {
      try {
        byte[] json = Base64.getUrlDecoder().decode(parts[1]);
        return Json.readTree(new String(json, StandardCharsets.UTF_8));
      } catch (RuntimeException e) {
        return Json.mapper().createObjectNode();
      }
    }
    return Json.mapper().createObjectNode();
  }

  /** What is known of the login, without network; empty where nobody is logged in. */
  Optional<LoginStatus> status() {
    return account().status();
  }

  LogoutResult logout() {
    last = null;
    return account().logout();
  }
}
