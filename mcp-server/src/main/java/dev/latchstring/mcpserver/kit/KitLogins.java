package dev.latchstring.mcpserver.kit;

import dev.latchstring.mcpserver.login.LoginDesk;
import dev.latchstring.mcpserver.login.LoginFlow;
import dev.latchstring.mcpserver.login.LoginRequired;
import dev.latchstring.mcpserver.login.Logins;
import dev.latchstring.mcpserver.stdio.HostFace;
import dev.latchstring.mcpserver.stdio.RpcError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The logins of every provider's accounts. */
final class KitLogins implements Logins {
  private final List<ProviderLogin> providers;

  /**
   * @param providers at least one; the first is meant where a tool names none
   */
  KitLogins(List<ProviderLogin> providers) {
    this.providers = List.copyOf(providers);
  }

  List<ProviderLogin> providers() {
    return providers;
  }

  /**
   * @param name null for the first
   * @throws RpcError where there is none of that name
   */
  ProviderLogin provider(@Nullable String name) {
    if (name == null) {
      return providers.getFirst();
    }
    return providers.stream()
        .filter(login -> login.provider().name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new RpcError(RpcError.INVALID_PARAMS, "there is no login called " + name));
  }

  void metHost(HostFace face) {
    providers.forEach(login -> login.metHost(face));
  }

  @Override
  public LoginDesk desk(LoginRequired need) {
    String at = need.at();
    for (ProviderLogin provider : providers) {
      for (AccountLogin account : provider.used()) {
        if (account.key().equals(at)) {
          return account.desk();
        }
      }
    }
    return providers.getFirst().account(null).desk();
  }

  @Override
  public @Nullable LoginFlow find(String id) {
    for (LoginDesk desk : inUse()) {
      LoginFlow flow = desk.find(id);
      if (flow != null) {
        return flow;
      }
    }
    return null;
  }

  @Override
  public @Nullable LoginFlow running() {
    for (LoginDesk desk : inUse()) {
      LoginFlow flow = desk.running();
      if (flow != null) {
        return flow;
      }
    }
    return null;
  }

  private List<LoginDesk> inUse() {
    List<LoginDesk> desks = new ArrayList<>();
    for (ProviderLogin provider : providers) {
      for (AccountLogin account : provider.used()) {
        LoginDesk desk = account.deskInUse();
        if (desk != null) {
          desks.add(desk);
        }
      }
    }
    return desks;
  }

  @Override
  public void close() {
    providers.forEach(ProviderLogin::close);
  }
}
