package dev.latchstring.examples.mediator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchstring.client.challenge.Field;
import dev.latchstring.client.challenge.Step;
import dev.latchstring.client.challenge.StepKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be in a form, whatever an authorization server says. */
class FormRuleTest {
  private static Step step(StepKind kind, String number, Field... fields) {
    return new Step(
        "s",
        kind,
        kind.profileName(),
        "Please.",
        null,
        "en",
        List.of(fields),
        3,
        null,
        null,
        List.of(),
        null,
        null,
        number,
        null);
  }

  private static Field field(String name, boolean sensitive) {
    return new Field(name, name, sensitive, null, true, 100, Field.Type.STRING, List.of());
  }

  @ParameterizedTest
  @EnumSource(
      value = StepKind.class,
      names = {"KNOWLEDGE", "PASSWORD", "PIN", "OTP", "TOTP", "PASSKEY", "UNKNOWN", "APPROVAL"})
  void what_authenticates_is_in_no_form_even_where_it_is_called_harmless(StepKind kind) {
    Step step = step(kind, "47", field("value", false));

    assertThat(FormRule.allows(step)).isFalse();
    assertThatThrownBy(() -> FormRule.form(step, "Points"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void an_identifier_is_in_a_form_unless_anything_beside_it_is_sensitive() {
    assertThat(FormRule.allows(step(StepKind.IDENTIFY, null, field("username", false)))).isTrue();
    assertThat(FormRule.allows(step(StepKind.IDENTIFY, null, field("birthdate", true)))).isFalse();
    assertThat(
            FormRule.allows(
                step(StepKind.IDENTIFY, null, field("member", false), field("birthdate", true))))
        .isFalse();
    assertThat(FormRule.allows(step(StepKind.IDENTIFY, null))).isFalse();
  }

  @Test
  void a_number_is_shown_and_nothing_is_asked() {
    Step approval = step(StepKind.APPROVAL, "47");

    var form = FormRule.form(approval, "Points");

    assertThat(form.message()).contains("number 47 ");
    assertThat(form.requestedSchema()).containsEntry("properties", Map.of());
    assertThat(FormRule.allows(step(StepKind.APPROVAL, null))).isFalse();
  }

  @Test
  void what_a_form_brings_beside_its_fields_is_left_out() {
    Step step = step(StepKind.IDENTIFY, null, field("username", false));

    assertThat(FormRule.answer(step, Map.of("username", "anna", "password", "x")))
        .isEqualTo(FormRule.answer(step, Map.of("username", "anna")));
    assertThat(FormRule.answer(step, null)).isEqualTo(FormRule.answer(step, Map.of()));
  }
}
