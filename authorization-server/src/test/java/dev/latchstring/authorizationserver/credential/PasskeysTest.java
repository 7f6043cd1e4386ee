package dev.latchstring.authorizationserver.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.authorizationserver.account.Account;
import dev.latchstring.authorizationserver.credential.EmulatedBrowser.Forgery;
import dev.latchstring.authorizationserver.credential.PasskeyRegistration.Result;
import dev.latchstring.authorizationserver.store.DatabaseKind;
import dev.latchstring.authorizationserver.store.OnEveryDatabase;
import dev.latchstring.authorizationserver.store.StoreFixture;
import dev.latchstring.authorizationserver.store.Together;
import dev.latchstring.oauth.Json;
import dev.latchstring.oauth.Secrets;
import java.net.URI;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Registration and assertion of passkeys, and a table of what must be refused. */
@OnEveryDatabase
class PasskeysTest extends StoreFixture {
  static final String HOST = "auth.example.com";
  static final String ORIGIN = "https://auth.example.com:8443";

  private static final String APP =
      "android:apk-key-hash:pNiP5iKyQ8JwgGOaKA1zGPUPJIS0H1xKCQcfIoGLEck";
  private static final Account ALICE =
      new Account("alice-subject-0123456", "alice", "Alice Moreau", List.of());
  private static final Account BOB = new Account("bob-subject-012345678", "bob", "bob", List.of());

  private final RelyingParty party = RelyingParty.of(URI.create(ORIGIN + "/tenant"), List.of(APP));
  private PasskeyStore store;
  private PasskeyRegistration registration;
  private Passkeys passkeys;
  private EmulatedBrowser browser;

  PasskeysTest(DatabaseKind kind) {
    super(kind);
  }

  @BeforeEach
  void create() {
    store = new PasskeyStore(database, clock);
    registration = new PasskeyRegistration(store, party, clock);
    passkeys = new Passkeys(store, party);
    browser = new EmulatedBrowser(ORIGIN);
  }

  private byte[] fresh() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] register(Account account, EmulatedBrowser with) {
    byte[] challenge = fresh();
    ObjectNode made = with.create(registration.options(account, challenge));
    assertThat(registration.register(account.subject(), challenge, made.toString(), "A key"))
        .isEqualTo(Result.ADDED);
    return CredentialJson.decode("id", made.path("id").asString());
  }

  private byte[] register(Account account) {
    return register(account, browser);
  }

  private static List<String> ids(ObjectNode options) {
    List<String> ids = new ArrayList<>();
    options.path("allowCredentials").forEach(known -> ids.add(known.path("id").asString()));
    return ids;
  }

  @Test
  void a_passkey_that_was_made_here_proves_its_owner() {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();

    ObjectNode options = passkeys.options(ALICE.subject(), challenge, fresh());
    ObjectNode answer = browser.get(options);

    assertThat(ids(options)).containsExactly(CredentialJson.encode(id));
    assertThat(Passkeys.isWellFormed(answer)).isTrue();
    assertThat(passkeys.verify(ALICE.subject(), challenge, answer)).isTrue();
    Passkey kept = store.of(ALICE.subject()).getFirst();
    assertThat(kept.lastUsedAt()).isEqualTo(clock.instant());
    assertThat(kept.name()).isEqualTo("A key");
  }

  @Test
  void the_options_are_those_of_the_specification() {
    byte[] challenge = fresh();
    register(ALICE);

    ObjectNode options = passkeys.options(ALICE.subject(), challenge, fresh());

    assertThat(options.path("challenge").asString()).isEqualTo(CredentialJson.encode(challenge));
    assertThat(options.path("rpId").asString()).isEqualTo(HOST);
    assertThat(options.path("userVerification").asString()).isEqualTo("required");
    assertThat(options.path("timeout").asLong()).isEqualTo(120_000);
    assertThat(options.path("allowCredentials").path(0).path("type").asString())
        .isEqualTo("public-key");
    ObjectNode creation = registration.options(ALICE, challenge);
    assertThat(creation.at("/authenticatorSelection/residentKey").asString())
        .isEqualTo("preferred");
    assertThat(creation.at("/authenticatorSelection/userVerification").asString())
        .isEqualTo("required");
    assertThat(creation.path("attestation").asString()).isEqualTo("none");
    assertThat(creation.path("excludeCredentials")).hasSize(1);
    assertThatThrownBy(() -> passkeys.options(ALICE.subject(), new byte[15], fresh()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keys_of_rsa_and_of_edwards_curves_are_taken_too() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair rsa = generator.generateKeyPair();
    byte[] modulus = ((RSAPublicKey) rsa.getPublic()).getModulus().toByteArray();
    byte[] n = Arrays.copyOfRange(modulus, 1, modulus.length);
    KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] spki = edwards.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(spki, spki.length - 32, spki.length);

    // RFC 8230 §4 and RFC 9053 §7.2: the maps that a registration with such a key has in it.
    checked(rsa, "SHA256withRSA", cose("a401030339010020590100", n, "2143010001"));
    checked(edwards, "Ed25519", cose("a4010103272006215820", x, ""));
  }

  private static byte[] cose(String before, byte[] key, String after) {
    return HexFormat.of().parseHex(before + HexFormat.of().formatHex(key) + after);
  }

  private void checked(KeyPair pair, String algorithm, byte[] cose) throws Exception {
    byte[] id = fresh();
    store.add(
        new Passkey(
            id, BOB.subject(), cose, 0, List.of(), false, false, "", clock.instant(), null));
    byte[] challenge = fresh();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(pair.getPrivate());
    ObjectNode answer = EmulatedBrowser.signed(id, Forgery.of(challenge), signature);
    ObjectNode other = EmulatedBrowser.signed(id, Forgery.of(challenge).counter(101), signature);
    ((ObjectNode) other.path("response"))
        .put("signature", answer.at("/response/signature").asString());

    assertThat(passkeys.verify(BOB.subject(), challenge, other)).isFalse();
    assertThat(passkeys.verify(BOB.subject(), challenge, answer)).isTrue();
  }

  @Test
  void a_native_app_that_is_configured_is_an_origin_of_ours_and_no_other_is() throws Exception {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();
    Forgery app = Forgery.of(challenge).origin(APP);

    assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, app))).isTrue();
    Forgery other = app.origin(APP.replace("pNiP", "pNiQ")).counter(101);
    assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, other))).isFalse();
  }

  @Test
  void what_is_signed_for_something_else_proves_nothing() throws Exception {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();
    Forgery right = Forgery.of(challenge);
    Map<String, Forgery> table = new LinkedHashMap<>();
    table.put("another challenge", Forgery.of(fresh()));
    table.put("a shorter challenge", Forgery.of(EmulatedBrowser.truncated(challenge, 31)));
    table.put("another origin", right.origin("https://evil.example"));
    table.put("a subdomain", right.origin("https://www.auth.example.com:8443"));
    table.put("another port", right.origin("https://auth.example.com"));
    table.put("without TLS", right.origin("http://auth.example.com:8443"));
    table.put("no origin", right.origin(""));
    table.put("another relying party", right.rpId("evil.example"));
    table.put("a parent domain", right.rpId("example.com"));
    table.put("a registration", right.type("webauthn.create"));
    table.put("a payment", right.type("payment.get"));
    table.put("in a frame of another site", right.more(",\"crossOrigin\":true"));
    table.put("crossOrigin of another type", right.more(",\"crossOrigin\":\"false\""));
    table.put("two origins", right.more(",\"origin\":\"https://evil.example\""));
    table.put("nobody verified", right.flags(EmulatedBrowser.PRESENT));
    table.put("nobody present", right.flags(EmulatedBrowser.VERIFIED));
    table.put("neither", right.flags(0));
    table.put("backed up, not eligible", right.flags(EmulatedBrowser.USUAL | 0x10));
    for (Map.Entry<String, Forgery> row : table.entrySet()) {
      assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, row.getValue())))
          .as(row.getKey())
          .isFalse();
    }
    assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, right)))
        .as("what nobody changed")
        .isTrue();
  }

  @Test
  void a_passkey_is_its_owners_alone() throws Exception {
    byte[] hers = register(ALICE);
    EmulatedBrowser hisBrowser = new EmulatedBrowser(ORIGIN);
    byte[] his = register(BOB, hisBrowser);
    byte[] challenge = fresh();
    JsonNode answer = hisBrowser.forge(his, Forgery.of(challenge));

    assertThat(passkeys.verify(ALICE.subject(), challenge, answer)).isFalse();
    assertThat(passkeys.verify(null, challenge, answer)).isFalse();
    ObjectNode underHerName = (ObjectNode) answer.deepCopy();
    underHerName.put("id", CredentialJson.encode(hers)).put("rawId", CredentialJson.encode(hers));
    assertThat(passkeys.verify(ALICE.subject(), challenge, underHerName)).isFalse();
    ObjectNode withHerHandle = (ObjectNode) answer.deepCopy();
    ((ObjectNode) withHerHandle.path("response"))
        .put("userHandle", CredentialJson.encode(ALICE.subject().getBytes(UTF_8)));
    assertThat(passkeys.verify(BOB.subject(), challenge, withHerHandle)).isFalse();
    assertThat(passkeys.verify(BOB.subject(), challenge, answer)).isTrue();
  }

  @Test
  void a_counter_that_does_not_grow_is_a_copy_and_is_refused() throws Exception {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();
    Forgery at = Forgery.of(challenge).counter(7);

    assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, at))).isTrue();
    for (long counter : new long[] {7, 6, 1, 0}) {
      assertThat(
              passkeys.verify(ALICE.subject(), challenge, browser.forge(id, at.counter(counter))))
          .as("counter %d", counter)
          .isFalse();
    }
    assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, at.counter(8))))
        .isTrue();
    assertThat(
            passkeys.verify(
                ALICE.subject(), challenge, browser.forge(id, at.counter(0xFFFF_FFFFL))))
        .as("a counter has 32 bits without a sign")
        .isTrue();
    assertThat(store.of(ALICE.subject()).getFirst().signCount()).isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void of_copies_that_come_at_the_same_moment_one_gets_in() throws Exception {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();
    ObjectNode answer = browser.forge(id, Forgery.of(challenge));

    List<Boolean> answers =
        Together.run(16, () -> passkeys.verify(ALICE.subject(), challenge, answer));

    assertThat(answers).filteredOn(verified -> verified).hasSize(1);
  }

  @Test
  void an_authenticator_that_counts_nothing_may_come_again() throws Exception {
    byte[] id = register(ALICE);
    database.write(handle -> handle.execute("update passkey set sign_count = 0"));
    for (int i = 0; i < 2; i++) {
      byte[] challenge = fresh();
      Forgery uncounted = Forgery.of(challenge).counter(0);
      assertThat(passkeys.verify(ALICE.subject(), challenge, browser.forge(id, uncounted)))
          .isTrue();
    }
  }

  @Test
  void what_is_cut_off_anywhere_proves_nothing_and_breaks_nothing() throws Exception {
    byte[] challenge = fresh();
    ObjectNode made = browser.create(registration.options(ALICE, challenge));
    byte[] attestation =
        CredentialJson.decode("", made.at("/response/attestationObject").asString());
    for (int length = 1; length < attestation.length; length++) {
      ((ObjectNode) made.path("response"))
          .put(
              "attestationObject",
              CredentialJson.encode(EmulatedBrowser.truncated(attestation, length)));
      assertThat(registration.register(ALICE.subject(), challenge, made.toString(), ""))
          .as("%d bytes of an attestation", length)
          .isEqualTo(Result.REFUSED);
    }
    byte[] id = register(ALICE);
    ObjectNode answer = browser.forge(id, Forgery.of(challenge));
    for (String member : List.of("authenticatorData", "clientDataJSON", "signature")) {
      String whole = answer.at("/response/" + member).asString();
      byte[] bytes = CredentialJson.decode("", whole);
      for (int length = 0; length < bytes.length; length++) {
        ((ObjectNode) answer.path("response"))
            .put(member, CredentialJson.encode(EmulatedBrowser.truncated(bytes, length)));
        assertThat(passkeys.verify(ALICE.subject(), challenge, answer))
            .as("%d bytes of %s", length, member)
            .isFalse();
      }
      ((ObjectNode) answer.path("response")).put(member, whole);
    }
    assertThat(passkeys.verify(ALICE.subject(), challenge, answer)).isTrue();
  }

  @Test
  void bytes_that_are_added_or_changed_prove_nothing() throws Exception {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();
    ObjectNode right = browser.forge(id, Forgery.of(challenge));
    byte[] data = CredentialJson.decode("", right.at("/response/authenticatorData").asString());
    byte[] client = CredentialJson.decode("", right.at("/response/clientDataJSON").asString());

    ObjectNode longer =
        browser.assertion(id, client, EmulatedBrowser.truncated(data, data.length + 1));
    assertThat(passkeys.verify(ALICE.subject(), challenge, longer)).isFalse();
    for (int i = 0; i < data.length; i++) {
      byte[] changed = data.clone();
      changed[i] ^= 0x20;
      ObjectNode answer = right.deepCopy();
      ((ObjectNode) answer.path("response"))
          .put("authenticatorData", CredentialJson.encode(changed));
      assertThat(passkeys.verify(ALICE.subject(), challenge, answer)).as("byte %d", i).isFalse();
    }
  }

  @Test
  void what_is_no_answer_or_too_large_is_not_well_formed() throws Exception {
    byte[] id = register(ALICE);
    byte[] challenge = fresh();
    ObjectNode right = browser.forge(id, Forgery.of(challenge));
    List<JsonNode> wrong = new ArrayList<>();
    for (String text : List.of("{}", "[]", "3", "\"x\"", "{\"type\":\"public-key\"}")) {
      wrong.add(Json.readTree(text));
    }
    for (String member : List.of("/id", "/response/authenticatorData", "/response/signature")) {
      wrong.add(with(right, member, "A".repeat(200_000)));
      wrong.add(with(right, member, ""));
      wrong.add(with(right, member, "not base64url"));
      wrong.add(with(right, member, "AAA="));
      wrong.add(with(right, member, "AAB"));
    }
    wrong.add(with(right, "/rawId", "AAAA"));
    wrong.add(with(right, "/type", "password"));
    wrong.add(with(right, "/response/userHandle", "A".repeat(90)));
    wrong.add(with(right, "/response/clientDataJSON", "W10")); // []
    wrong.add(with(right, "/response/clientDataJSON", "A".repeat(10_000)));
    for (JsonNode json : wrong) {
      assertThat(Passkeys.isWellFormed(json)).isFalse();
      assertThat(passkeys.verify(ALICE.subject(), challenge, json)).isFalse();
    }
    assertThat(passkeys.verify(ALICE.subject(), challenge, right)).isTrue();
  }

  private static JsonNode with(ObjectNode json, String pointer, String value) {
    ObjectNode changed = json.deepCopy();
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) changed.at(pointer.substring(0, slash))).put(pointer.substring(slash + 1), value);
    return changed;
  }

  @Test
  void a_registration_for_something_else_is_refused() {
    byte[] challenge = fresh();
    ObjectNode options = registration.options(ALICE, challenge);
    String elsewhere = new EmulatedBrowser("https://evil.example").create(options).toString();
    String right = browser.create(options).toString();

    assertThat(registration.register(ALICE.subject(), challenge, elsewhere, ""))
        .isEqualTo(Result.REFUSED);
    assertThat(registration.register(ALICE.subject(), fresh(), right, ""))
        .isEqualTo(Result.REFUSED);
    ObjectNode otherParty = options.deepCopy();
    ((ObjectNode) otherParty.path("rp")).put("id", "evil.example");
    assertThat(
            registration.register(
                ALICE.subject(), challenge, browser.create(otherParty).toString(), ""))
        .isEqualTo(Result.REFUSED);
    for (int flags : new int[] {0x41, 0x44, 0x05}) {
      String changed = withFlags(browser.create(options), flags).toString();
      assertThat(registration.register(ALICE.subject(), challenge, changed, ""))
          .as("flags %x", flags)
          .isEqualTo(Result.REFUSED);
    }
    for (String text :
        List.of("", "{}", "null", "{\"a\":1,\"a\":2}", "[".repeat(5000), right + "x")) {
      assertThat(registration.register(ALICE.subject(), challenge, text, ""))
          .isEqualTo(Result.REFUSED);
    }
    assertThat(rows("passkey")).isZero();
  }

  /** Nobody signs an attestation of the format none: an attacker writes what they like. */
  private static ObjectNode withFlags(ObjectNode made, int flags) {
    byte[] bytes = CredentialJson.decode("", made.at("/response/attestationObject").asString());
    byte[] party = Secrets.sha256(HOST);
    for (int i = 0; i + 32 < bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + 32, party, 0, 32)) {
        bytes[i + 32] = (byte) flags;
      }
    }
    ((ObjectNode) made.path("response")).put("attestationObject", CredentialJson.encode(bytes));
    return made;
  }

  @Test
  void the_same_passkey_is_not_registered_twice_not_even_by_somebody_else() {
    byte[] challenge = fresh();
    String made = browser.create(registration.options(ALICE, challenge)).toString();

    assertThat(registration.register(ALICE.subject(), challenge, made, "")).isEqualTo(Result.ADDED);
    assertThat(registration.register(ALICE.subject(), challenge, made, "")).isEqualTo(Result.KNOWN);
    assertThat(registration.register(BOB.subject(), challenge, made, "")).isEqualTo(Result.KNOWN);
  }

  @Test
  void one_person_has_so_many_and_no_more() {
    for (int i = 0; i < PasskeyStore.MOST; i++) {
      register(ALICE, new EmulatedBrowser(ORIGIN));
    }
    byte[] challenge = fresh();
    EmulatedBrowser another = new EmulatedBrowser(ORIGIN);
    ObjectNode options = registration.options(ALICE, challenge);
    options.putArray("excludeCredentials");

    assertThat(
            registration.register(
                ALICE.subject(), challenge, another.create(options).toString(), ""))
        .isEqualTo(Result.TOO_MANY);
  }

  @Test
  void nobody_names_or_removes_what_is_somebody_elses() {
    byte[] id = register(ALICE);

    assertThat(store.rename(BOB.subject(), id, "mine now")).isFalse();
    assertThat(store.remove(BOB.subject(), id)).isFalse();
    assertThat(store.rename(ALICE.subject(), id, "Phone")).isTrue();
    assertThat(store.of(ALICE.subject()).getFirst().name()).isEqualTo("Phone");
    assertThat(store.remove(ALICE.subject(), id)).isTrue();
    assertThat(store.of(ALICE.subject())).isEmpty();
  }

  @Test
  void somebody_without_passkeys_is_asked_for_as_many_and_as_long_ones_as_somebody_with() {
    register(ALICE);
    register(ALICE, new EmulatedBrowser(ORIGIN));
    byte[] seed = fresh();
    ObjectNode real = passkeys.options(ALICE.subject(), fresh(), seed);

    ObjectNode unknown = passkeys.options(null, fresh(), seed);
    ObjectNode without = passkeys.options(BOB.subject(), fresh(), seed);

    for (ObjectNode decoys : List.of(unknown, without)) {
      assertThat(shape(decoys)).isEqualTo(shape(real));
      assertThat(ids(decoys)).hasSize(2).doesNotContainAnyElementsOf(ids(real));
      assertThat(new HashSet<>(ids(decoys))).hasSize(2);
    }
  }

  /** Everything but what is random. */
  private static String shape(ObjectNode options) {
    ObjectNode shape = options.deepCopy();
    shape.put("challenge", options.path("challenge").asString().length());
    shape
        .path("allowCredentials")
        .forEach(known -> ((ObjectNode) known).put("id", known.path("id").asString().length()));
    return shape.toString();
  }

  @Test
  void decoys_stay_what_they_are_for_the_same_name_and_differ_for_another() {
    register(ALICE);
    byte[] seed = fresh();

    List<String> first = ids(passkeys.options(null, fresh(), seed));

    assertThat(ids(passkeys.options(null, fresh(), seed))).isEqualTo(first);
    assertThat(ids(passkeys.options(null, fresh(), fresh()))).isNotEqualTo(first);
  }

  @Test
  void decoys_are_as_many_as_real_ones_are_in_the_same_shares() {
    for (int person = 0; person < 12; person++) {
      Account account = new Account("subject-" + fresh()[0] + person, "p" + person, "", List.of());
      for (int i = 0; i < (person < 8 ? 1 : 3); i++) {
        register(account, new EmulatedBrowser(ORIGIN));
      }
    }
    Set<Integer> counts = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      counts.add(ids(passkeys.options(null, fresh(), fresh())).size());
    }
    assertThat(counts).isSubsetOf(1, 3);
  }

  @Test
  void where_nobody_has_a_passkey_everybody_is_asked_for_one_all_the_same() {
    ObjectNode options = passkeys.options(null, fresh(), fresh());

    assertThat(ids(options)).hasSize(1);
    assertThat(CredentialJson.decode("", ids(options).getFirst())).hasSize(32);
  }

  @Test
  void an_answer_with_a_decoy_is_checked_and_refused() throws Exception {
    byte[] id = register(ALICE);
    byte[] seed = fresh();
    byte[] challenge = fresh();
    String decoy = ids(passkeys.options(null, challenge, seed)).getFirst();
    ObjectNode answer = browser.forge(id, Forgery.of(challenge));
    answer.put("id", decoy).put("rawId", decoy);

    assertThat(passkeys.verify(null, challenge, answer)).isFalse();
    assertThat(passkeys.verify(BOB.subject(), challenge, answer)).isFalse();
    assertThat(passkeys.verify(ALICE.subject(), challenge, answer)).isFalse();
  }
}
