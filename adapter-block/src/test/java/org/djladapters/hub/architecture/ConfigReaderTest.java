/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {

    @Test
    void returnsEntriesByTheirTypes() throws IOException {
        ConfigReader config =
                reader("{'a': 'x', 'n': 3, 'e': 1e-5, 'f': true, 'l': ['p', 'q'], 'o': {'n': 4}}");

        assertThat(config.string("a", "")).isEqualTo("x");
        assertThat(config.size("n")).isEqualTo(3);
        assertThat(config.number("e", 0)).isEqualTo(1e-5);
        assertThat(config.bool("f", false)).isTrue();
        assertThat(config.strings("l")).containsExactly("p", "q");
        assertThat(config.part("o").size("n")).isEqualTo(4);
    }

    @Test
    void takesNullForAbsent() throws IOException {
        ConfigReader config = reader("{'n': null}");

        assertThat(config.has("n")).isFalse();
        assertThat(config.integer("n", 7)).isEqualTo(7);
        assertThat(config.withDefaults(Map.of("n", 8)).size("n")).isEqualTo(8);
    }

    @Test
    void fillsUpOnlyWhatIsAbsent() throws IOException {
        ConfigReader config = reader("{'n': 3}").withDefaults(Map.of("n", 8, "m", 9));

        assertThat(config.size("n")).isEqualTo(3);
        assertThat(config.size("m")).isEqualTo(9);
    }

    @Test
    void choosesBetweenTwoNames() {
        assertThat(reader("{'a': 1, 'b': 2}").either(List.of("a", "b"))).isEqualTo("a");
        assertThat(reader("{'b': 2}").either(List.of("a", "b"))).isEqualTo("b");
        assertThat(reader("{}").either(List.of("a", "b"))).isEqualTo("b");
    }

    @Test
    void asksForAnEntryThatMustBeThere() {
        assertThatThrownBy(() -> reader("{}").size("hidden_size"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining("has no entry hidden_size; get or save the file again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "'3'", "true", "[3]", "{}", "1e40"})
    void refusesWhatIsNoSize(String value) {
        assertThatThrownBy(() -> reader("{'n': %s}".formatted(value)).size("n", 1))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("n is ")
                .hasMessageContaining("a whole number of at least 1 is expected");
    }

    @Test
    void refusesEntriesOfOtherTypes() {
        ConfigReader config = reader("{'a': [1], 'o': 3}");

        assertMalformed(() -> config.string("a", ""), "a is [1] where a string is expected");
        assertMalformed(() -> config.number("a", 0), "a is [1] where a number is expected");
        assertMalformed(() -> config.bool("o", true), "o is 3 where true or false is expected");
        assertMalformed(() -> config.strings("o"), "o is 3 where a list of strings is expected");
        assertMalformed(() -> config.object("o"), "o is 3 where an object is expected");
    }

    @Test
    void refusesValuesThatAreNotComputed() throws IOException {
        ConfigReader config = reader("{'type': 'alibi', 'causal': true}");

        config.require("type", "alibi", "absolute");
        config.require("absent", false);
        assertThatThrownBy(() -> config.require("type", "absolute", "relative_key"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("type is alibi, which is not computed here")
                .hasMessageContaining("what is computed is absolute or relative_key")
                .hasMessageEndingWith("export the model to TorchScript with djl_converter");
        assertThatThrownBy(() -> config.require("causal", false))
                .hasMessageContaining("causal is true");
    }

    @Test
    void refusesEntriesThatSaySomethingWhereNothingIsComputed() throws IOException {
        ConfigReader config = reader("{'pruned': {'0': [1]}, 'none': {}, 'null': null}");

        config.requireAbsent("none", "");
        config.requireAbsent("null", "");
        config.requireAbsent("absent", "");
        assertThatThrownBy(() -> config.requireAbsent("pruned", "whole layers are"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pruned is not computed here: whole layers are; export");
    }

    private static void assertMalformed(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    private static ConfigReader reader(String json) {
        return new ConfigReader(
                Path.of("config.json"),
                JsonParser.parseString(json.replace('\'', '"')).getAsJsonObject());
    }
}
