/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The texts {@code template.py} and the others lie beside this class. */
class ProgramTemplateTest {

    @Test
    void fillsInValuesAndChoosesBranches() {
        assertThat(filled(2, true, true))
                .isEqualTo(
                        """
                        first = 0
                        first = 1
                        both
                        size = [2 * 8, True]
                        """);
        assertThat(filled(1, true, false))
                .isEqualTo(
                        """
                        first = 0
                        outer alone
                        size = [2 * 8, True]
                        """);
    }

    @Test
    void takesNoLineOfABranchWithinOneThatIsNotTaken() {
        assertThat(filled(0, false, true))
                .isEqualTo(
                        """
                        neither
                        size = [2 * 8, True]
                        """);
    }

    @Test
    void includesPartsWithFurtherValues() {
        String program = ProgramTemplate.fill("including", Map.of("width", 8, "layers", 2));

        assertThat(program)
                .isEqualTo(
                        """
                        class Small:
                          0: 4 * 8
                          1: 4 * 8
                        class Plain:
                          0: 8
                          1: 8
                          plain
                        """);
    }

    @Test
    void aLineOfALayerTakesItsElementOfAList() {
        String program =
                ProgramTemplate.fill(
                        "elements", Map.of("layers", 2, "kind", List.of("the first", "another")));

        assertThat(program).isEqualTo("layer 0 is the first\nlayer 1 is another\n");
    }

    @Test
    void namesAValueThatIsMissing() {
        assertThatThrownBy(
                        () ->
                                ProgramTemplate.fill(
                                        "template",
                                        Map.of("layers", 1, "outer", false, "inner", false)))
                .hasMessage("template.py needs a value for width");
    }

    @Test
    void refusesAConditionThatIsNoTruthValue() {
        assertThatThrownBy(() -> ProgramTemplate.fill("template", Map.of("layers", 1, "outer", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("outer of template.py is no truth value");
    }

    @Test
    void refusesBranchesThatDoNotClose() {
        assertThatThrownBy(() -> ProgramTemplate.fill("unclosed", Map.of("a", true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unclosed.py has an #if without an #end");
        assertThatThrownBy(() -> ProgramTemplate.fill("unopened", Map.of("a", true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unopened.py has an #end without an #if");
    }

    private static String filled(int layers, boolean outer, boolean inner) {
        return ProgramTemplate.fill(
                "template",
                Map.of("layers", layers, "outer", outer, "inner", inner, "width", 8, "yes", true));
    }
}
