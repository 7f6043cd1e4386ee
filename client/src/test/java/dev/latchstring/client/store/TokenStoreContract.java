package dev.latchstring.client.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store does. */
abstract class TokenStoreContract {
  static final Slot.LoginSlot SLOT =
      new Slot.LoginSlot(URI.create("https://mcp.example.com/mcp"), "default");

  abstract TokenStore store();

  static StoredLogin login(Slot.LoginSlot slot, String accessToken) {
    return StoredLogin.at(slot.server().toString(), slot.account())
        .issuer("https://as.example.com")
        .tokenEndpoint("https://as.example.com/token")
        .clientId("client-1")
        .scope("clinic:read")
        .subject("alice")
        .accessToken(accessToken)
        .refreshToken("refresh of " + accessToken)
        .build();
  }

  static StoredLogin login(String accessToken) {
    return login(SLOT, accessToken);
  }

  @Test
  void an_empty_store_has_nothing() {
    assertThat(store().find(SLOT)).isEmpty();
    assertThat(store().list()).isEmpty();
    assertThat(store().remove(SLOT)).isFalse();
  }

  @Test
  void what_was_put_is_found_listed_and_removed() {
    TokenStore store = store();
    StoredRegistration registration =
        new StoredRegistration(
            "https://as.example.com", "client-1", "s", "client_secret_basic", 1, 2);
    store.put(SLOT, login("a"));
    store.put(new Slot.RegistrationSlot("https://as.example.com"), registration);

    assertThat(store.find(SLOT)).contains(login("a"));
    assertThat(store.find(registration.slot())).contains(registration);
    assertThat(store.list())
        .containsExactlyInAnyOrder(
            new TokenStore.Listed.Entry(login("a")), new TokenStore.Listed.Entry(registration));
    assertThat(store.remove(SLOT)).isTrue();
    assertThat(store.find(SLOT)).isEmpty();
    assertThat(store.find(registration.slot())).isPresent();
  }

  @Test
  void accounts_and_servers_are_apart() {
    TokenStore store = store();
    Slot.LoginSlot work = new Slot.LoginSlot(SLOT.server(), "work");
    store.put(SLOT, login("a"));
    store.put(work, login(work, "b"));

    assertThat(store.find(SLOT).orElseThrow().accessToken()).isEqualTo("a");
    assertThat(store.find(work).orElseThrow().accessToken()).isEqualTo("b");
  }

  @Test
  void spellings_of_one_server_are_one_slot() {
    TokenStore store = store();
    store.put(SLOT, login("a"));
    assertThat(
            store.find(
                new Slot.LoginSlot(URI.create("HTTPS://MCP.example.com:443/mcp"), "default")))
        .isPresent();
  }

  @Test
  void a_replacement_needs_what_was_expected_to_be_there() {
    TokenStore store = store();
    assertThat(store.replace(SLOT, login("a"), login("b"))).isFalse();
    assertThat(store.replace(SLOT, null, login("a"))).isTrue();
    assertThat(store.replace(SLOT, null, login("b"))).isFalse();
    assertThat(store.replace(SLOT, login("a"), login("b"))).isTrue();
    assertThat(store.find(SLOT)).contains(login("b"));
    assertThat(store.replace(SLOT, login("a"), null)).isFalse();
    assertThat(store.replace(SLOT, login("b"), null)).isTrue();
    assertThat(store.find(SLOT)).isEmpty();
  }

  @Test
  void of_many_replacements_at_once_one_wins() throws Exception {
    TokenStore store = store();
    store.put(SLOT, login("old"));
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Boolean>> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 16; i++) {
        String token = "new-" + i;
        results.add(
            threads.submit(() -> {
              start.await();
              return store.replace(SLOT, login("old"), login(token));
            }));
      }
      start.countDown();
    }
    int won = 0;
    for (Future<Boolean> result : results) {
      won += result.get() ? 1 : 0;
    }
    assertThat(won).isEqualTo(1);
  }

  @Test
  void an_exclusive_action_may_use_the_store_and_give_a_value() {
    TokenStore store = store();
    assertThat(
            store.<String>exclusively(
                SLOT,
                () ->
                    store.exclusively(
                        SLOT,
                        () -> {
                          store.put(SLOT, login("a"));
                          return store.find(SLOT).orElseThrow().accessToken();
                        })))
        .isEqualTo("a");
  }

  @Test
  void exclusive_actions_do_not_overlap() throws Exception {
    TokenStore store = store();
    int[] counter = {0};
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 200; i++) {
        threads.submit(() ->
            store.exclusively(
                SLOT,
                () -> {
                  int seen = counter[0];
                  Thread.yield();
                  counter[0] = seen + 1;
                  return true;
                }));
      }
    }
    assertThat(counter[0]).isEqualTo(200);
  }
}
