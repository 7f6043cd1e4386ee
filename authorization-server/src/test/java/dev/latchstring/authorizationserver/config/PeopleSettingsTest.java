package dev.latchstring.authorizationserver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PeopleSettingsTest {
  private static final String SQL =
      """
      challenge:
        people:
          source: sql
          sql:
            url: jdbc:postgresql://localhost/clinic
            password: { env: CLINIC }
            query: select 1 as id where :birthdate = ''
            person_query: select 1 as id where :id = ''
      """;

  private static PeopleSettings read(String yaml) {
    return ConfigurationReader.parse(
            "data: /tmp/nowhere\n" + yaml,
            Overrides.of(Map.of("CLINIC", "s3cret", "KEY", "c2hvcnQ=", "LONG", "A".repeat(44))))
        .people();
  }

  private static void refused(String yaml, String why) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void without_a_word_people_are_the_accounts_and_the_usual_is_asked() {
    assertThat(read("")).isEqualTo(PeopleSettings.DEFAULT);
    assertThat(read("challenge: {}")).isEqualTo(PeopleSettings.DEFAULT);
    assertThat(PeopleSettings.DEFAULT.attributes())
        .containsKeys("name", "birthdate", "ssn_last4", "member_number", "postcode", "username");
  }

  @Test
  void an_attribute_says_how_it_is_read() {
    Map<String, AttributeSettings> attributes =
        read("""
        challenge:
          attributes:
            policy: { as: "digits:6-10", label: { en: Policy number } }
            pet: {}
            ssn_last4: { length: 5 }
            code: { as: digits, length: 7 }
        """)
            .attributes();
    assertThat(attributes.get("policy").form()).isEqualTo("digits:6-10");
    assertThat(attributes.get("policy").labels()).containsEntry("en", "Policy number");
    assertThat(attributes.get("pet").form()).isEqualTo("text");
    assertThat(attributes.get("ssn_last4").digits()).isEqualTo(5);
    assertThat(attributes.get("code").digits()).isEqualTo(7);
    assertThat(attributes.get("birthdate").form()).isEqualTo("date");
  }

  @Test
  void an_attribute_that_cannot_be_read_is_named() {
    refused("challenge: { attributes: { x: { as: digits } } }", "challenge.attributes.x");
    refused("challenge: { attributes: { x: { as: number } } }", "challenge.attributes.x.as");
    refused("challenge: { attributes: { x: { as: name, length: 3 } } }", "length");
    refused("challenge: { attributes: { \"X y\": { as: name } } }", "lower-case");
  }

  @Test
  void a_database_needs_its_queries_and_a_url_and_shows_no_password() {
    PeopleSettings.Sql sql = (PeopleSettings.Sql) read(SQL).source();
    assertThat(sql.password()).isEqualTo("s3cret");
    assertThat(sql.connections()).isEqualTo(4);
    assertThat(sql.name()).isEqualTo("people");
    assertThat(sql.toString()).doesNotContain("s3cret");
    refused(SQL.replace("postgresql", "mysql"), "jdbc:postgresql:");
    refused(SQL.replace("person_query", "url2"), "url2");
    refused(SQL.replace("CLINIC", "NOTHING"), "NOTHING");
    refused(SQL.replace("query: select 1 as id where :birthdate = ''", "query: []"), "query");
    refused(SQL.replace("source: sql", "source: http"), "challenge.people.http: is missing");
    refused(SQL.replace("source: sql", "source: ldap"), "accounts, sql, http");
  }

  @Test
  void a_service_is_reached_by_https_and_its_key_is_long() {
    String http =
        "challenge: { people: { source: http, http: { url: \"https://a.example/p\", signing_key: { env: LONG } } } }";
    PeopleSettings.Http settings = (PeopleSettings.Http) read(http).source();
    assertThat(settings.service().signingKey()).hasSize(33);
    assertThat(settings.compares()).isFalse();
    assertThat(settings.service().toString()).isEqualTo("ServiceSettings[https://a.example/p]");
    refused(http.replace("https:", "http:"), "https");
    refused(http.replace("https://", "https://u:p@"), "user information");
    refused(http.replace("env: LONG", "env: KEY"), "24 to 64 bytes");
  }

  @Test
  void a_pin_is_digits_or_a_hash() {
    String account = "accounts: [ { username: a, password_hash: \"$argon2id$x\", %s } ]";
    refused(account.formatted("pin: \"12\""), "4 to 12 digits");
    refused(account.formatted("pin: \"1234\", pin_hash: x"), "not both");
    refused(account.formatted("pin_hash: x"), "pin_hash");
  }
}
