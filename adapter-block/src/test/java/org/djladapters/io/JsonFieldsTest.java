/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFieldsTest {

    @Test
    void returnsFieldsByTheirTypes() throws IOException {
        JsonFields fields =
                fields("{'s': 'x', 'i': 3, 'n': 0.5, 'b': true, 'l': ['p', 'q'], 'm': {'a': 4}}");

        assertThat(fields.string("s", "")).isEqualTo("x");
        assertThat(fields.integer("i", 0)).isEqualTo(3);
        assertThat(fields.longInteger("i", 0)).isEqualTo(3);
        assertThat(fields.number("n", 0)).isEqualTo(0.5);
        assertThat(fields.bool("b", false)).isTrue();
        assertThat(fields.strings("l")).containsExactly("p", "q");
        assertThat(fields.integerMap("m")).isEqualTo(Map.of("a", 4));
        assertThat(fields.numberMap("m")).isEqualTo(Map.of("a", 4.0));
        assertThat(fields.object("m")).isPresent();
    }

    @Test
    void oneValueStandsForAListOfOne() throws IOException {
        assertThat(fields("{'l': 'p'}").strings("l")).containsExactly("p");
        assertThat(fields("{'l': 7}").integers("l")).containsExactly(7);
        assertThat(fields("{}").strings("l")).isEmpty();
    }

    @Test
    void nullIsAbsent() throws IOException {
        JsonFields fields = fields("{'s': null}");

        assertThat(fields.has("s")).isFalse();
        assertThat(fields.string("s")).isEmpty();
        assertThat(fields.integer("s", 5)).isEqualTo(5);
    }

    @Test
    void takesTheFirstNumberThatIsThere() throws IOException {
        assertThat(fields("{'b': 2, 'c': 3}").atLeast(1, "a", "b", "c")).hasValue(2);
        assertThat(fields("{}").atLeast(1, "a")).isEmpty();
        assertRefused(() -> fields("{'a': 0}").atLeast(1, "a"), "'a' is '0' where a whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "'3'", "true", "[3]", "{}", "1e40"})
    void refusesWhatIsNoWholeNumber(String value) {
        assertRefused(
                () -> fields("{'i': %s}".formatted(value)).integer("i", 0),
                "where a whole number is expected");
    }

    @Test
    void namesFileFieldValueAndWhatIsExpected() {
        JsonFields fields = fields("{'a': [1], 'o': 3}");

        assertRefused(() -> fields.string("a", ""), "the field 'a' is '[1]' where a string is");
        assertRefused(() -> fields.number("a", 0), "where a number is expected");
        assertRefused(() -> fields.bool("o", true), "'o' is '3' where true or false is expected");
        assertRefused(() -> fields.strings("o"), "'o' is '3' where a list of strings is expected");
        assertRefused(() -> fields.object("o"), "'o' is '3' where an object is expected");
        assertRefused(() -> fields.stringMap("o"), "where an object with string values is");
        assertRefused(() -> fields.numberMap("o"), "where an object with numbers as values is");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith("FILE: the field ")
                .hasMessageContaining(message)
                .hasMessageEndingWith("; get or save the file again");
    }

    private static JsonFields fields(String json) {
        return new JsonFields(
                "FILE", JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject());
    }
}
