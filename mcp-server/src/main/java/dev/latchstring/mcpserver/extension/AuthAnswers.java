package dev.latchstring.mcpserver.extension;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.Discovered;
import dev.latchstring.client.LoginStatus;
import dev.latchstring.client.LogoutResult;
import dev.latchstring.client.login.Identity;
import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginPage;
import dev.latchstring.mcpserver.login.LoginPrompt;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Quoted;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Scope;
import dev.latchstring.oauth.metadata.ProtectedResourceMetadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What hosts are answered: {@code docs/schemas/auth-extension.schema.json}. Never a token. */
final class AuthAnswers {
  private static final int MAX_TEXT = 400;

  private AuthAnswers() {}

  /** RFC 9728 §2 of a provider: its own, with the issuer and the resource that count here. */
  static ObjectNode provider(@Nullable String name, List<String> accounts, Discovered at) {
    ObjectNode provider = named(name);
    provider.set("accounts", JsonRpc.strings(accounts));
    ProtectedResourceMetadata own = at.resourceMetadata();
    ObjectNode metadata =
        own != null
                && JsonRpc.parse(Json.write(own).getBytes(StandardCharsets.UTF_8))
                    instanceof ObjectNode published
            ? published
            : JsonRpc.object();
    metadata.put("resource", at.resource().toString());
    metadata.set("authorization_servers", JsonRpc.strings(List.of(at.issuer())));
    provider.set("protected_resource", metadata);
    putScope(provider, at.scope());
    boolean boundOnly = own != null && Boolean.TRUE.equals(own.dpopBoundAccessTokensRequired());
    return provider.put("deliverable", !boundOnly);
  }

  /** One that cannot be described now. */
  static ObjectNode provider(@Nullable String name, List<String> accounts, ClientException why) {
    ObjectNode provider = named(name);
    provider.set("accounts", JsonRpc.strings(accounts));
    return problem(provider, why).put("deliverable", false);
  }

  /** How an account stands. */
  static ObjectNode subject(AuthSubject subject) {
    ObjectNode told = named(subject.provider());
    try {
      told.put("account", subject.account().name());
      told.put("server", subject.account().server().toString());
      if (subject.given()) {
        return told.put("authenticated", true).put("source", "environment");
      }
      boolean delivered = subject.account().isDelivered();
      LoginStatus status = subject.account().status().orElse(null);
      told.put("authenticated", status != null && !status.ended());
      if (status != null) {
        told.put("source", delivered ? "delivered" : "login");
        told.set("identity", identity(status.identity()));
        told.put("resource", status.resource().toString());
        putScope(told, status.scope());
        if (status.expiresAt() != null) {
          told.put("expires_at", status.expiresAt().toString());
        }
        told.put("refreshable", status.refreshable());
      }
    } catch (ClientException e) {
      problem(told.put("authenticated", false), e);
    }
    LoginFlow running = subject.desk().running();
    return running == null ? told : told.put("flow", running.id());
  }

  /** How a login stands. */
  static ObjectNode flow(LoginFlow flow, AuthSubject subject, HostFace face) {
    ObjectNode told = named(subject.provider()).put("flow", flow.id());
    switch (flow.state()) {
      case LoginFlow.State.Preparing preparing -> told.put("state", "preparing");
      case LoginFlow.State.Shown shown -> {
        told.put("state", "shown");
        told.set("prompt", prompt(shown.page(), face));
        told.put("expires_at", shown.page().expiresAt().toString());
        told.put("interval", Math.max(1, shown.page().interval().toSeconds()));
      }
      case LoginFlow.State.Approved approved -> {
        told.put("state", "approved");
        told.put("question", LoginPrompt.question(approved.approval()));
        told.set("identity", identity(approved.approval().identity()));
      }
      case LoginFlow.State.Finished finished -> {
        told.put("state", "finished");
        if (finished.identity() != null) {
          told.set("identity", identity(finished.identity()));
        }
      }
      case LoginFlow.State.Ended ended ->
          told.put("state", "ended").put("reason", Quoted.plain(ended.reason(), MAX_TEXT));
      case LoginFlow.State.Failed failed -> {
        told.put("state", "failed").put("reason", Quoted.plain(failed.problem(), MAX_TEXT));
        if (failed.hint() != null) {
          told.put("hint", Quoted.plain(failed.hint(), MAX_TEXT));
        }
      }
    }
    return told;
  }

  /** RFC 7009, and what a delivered token is not. */
  static String revocation(LogoutResult result) {
    return result.revocation().name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode prompt(LoginPage page, HostFace face) {
    ObjectNode prompt = JsonRpc.object();
    if (page.userCode() == null) {
      prompt.put("kind", "browser").put("authorization_uri", page.page().toString());
      prompt.put("opened", page.opened());
      if (page.comesBackTo() != null) {
        prompt.put("comes_back_to", page.comesBackTo().toString());
      }
    } else {
      prompt.put("kind", "device").put("verification_uri", page.page().toString());
      if (!page.complete().equals(page.page())) {
        prompt.put("verification_uri_complete", page.complete().toString());
      }
      prompt.put("user_code", page.userCode());
    }
    return prompt
        .put("server", page.server().toString())
        .put("issuer", page.issuer())
        .put("client_name", Quoted.plain(page.clientName(), 100))
        .put("message", LoginPrompt.message(page, face));
  }

  private static ObjectNode identity(Identity identity) {
    ObjectNode told = JsonRpc.object().put("issuer", identity.issuer());
    if (identity.subject() != null) {
      told.put("subject", identity.subject());
    }
    return identity.name() == null ? told : told.put("name", Quoted.plain(identity.name(), 200));
  }

  private static ObjectNode named(@Nullable String provider) {
    ObjectNode told = JsonRpc.object();
    return provider == null ? told : told.put("provider", provider);
  }

  private static void putScope(ObjectNode told, Scope scope) {
    if (!scope.isEmpty()) {
      told.put("scope", scope.toString());
    }
  }

  private static ObjectNode problem(ObjectNode told, ClientException why) {
    told.put("problem", Quoted.plain(why.description(), MAX_TEXT));
    return why.hint() == null ? told : told.put("hint", Quoted.plain(why.hint(), MAX_TEXT));
  }
}
