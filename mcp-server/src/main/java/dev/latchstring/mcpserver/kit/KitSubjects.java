package dev.latchstring.mcpserver.kit;

import dev.latchstring.client.ClientException;
import dev.latchstring.client.login.LoginOptions;
import dev.latchstring.mcpserver.extension.AuthSubject;
import dev.latchstring.mcpserver.extension.AuthSubjects;
import dev.latchstring.mcpserver.stdio.JsonRpc;
import dev.latchstring.mcpserver.stdio.Protocol;
import dev.latchstring.oauth.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The kit's providers and accounts, as a host with {@code dev.latchstring/auth} sees them. */
final class KitSubjects implements AuthSubjects {
  private static final Logger LOG = LoggerFactory.getLogger(KitSubjects.class);

  private final KitParts parts;
  private final KitLogins logins;

  KitSubjects(KitParts parts, KitLogins logins) {
    this.parts = parts;
    this.logins = logins;
  }

  @Override
  public List<AuthSubject> all() {
    List<AuthSubject> all = new ArrayList<>();
    for (ProviderLogin provider : logins.providers()) {
      for (String name : names(provider)) {
        all.add(subject(provider.account(name)));
      }
    }
    return all;
  }

  /** The current one first. */
  private static Set<String> names(ProviderLogin provider) {
    Set<String> names = new LinkedHashSet<>();
    names.add(provider.current());
    if (!provider.isGiven()) {
      try {
        names.addAll(provider.names());
      } catch (ClientException e) {
        LOG.warn("{}", e.description());
        provider.used().forEach(account -> names.add(account.name()));
      }
    }
    return names;
  }

  @Override
  public @Nullable AuthSubject find(@Nullable String provider, @Nullable String account) {
    for (ProviderLogin login : logins.providers()) {
      if (provider == null || provider.equals(login.provider().name())) {
        return subject(login.account(account));
      }
    }
    return null;
  }

  private AuthSubject subject(AccountLogin account) {
    return new AuthSubject(
        account.provider().name(),
        account.account(),
        account.desk(),
        face -> {
          logins.metHost(face);
          return parts.firstLogin(account);
        },
        account.isGiven(),
        LoginOptions.DEFAULT);
  }

  @Override
  public List<ObjectNode> tools() {
    List<ObjectNode> tools = new ArrayList<>();
    for (String name : parts.authorizer().declaredTools()) {
      String published = Json.write(parts.authorizer().requirement(name).published());
      JsonNode requirement = JsonRpc.parse(published.getBytes(StandardCharsets.UTF_8));
      if (requirement != null) {
        ObjectNode tool = JsonRpc.object().put("name", name);
        tool.putObject("_meta").set(Protocol.AUTHORIZATION, requirement);
        tools.add(tool);
      }
    }
    return tools;
  }
}
