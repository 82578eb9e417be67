/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    /** Escape, C1's escape, backspace, return, delete, overrides of direction, a lone surrogate. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u001B",
                "\u009B",
                "\b",
                "\r",
                "\u007F",
                "\u0000",
                "\u202E",
                "\u2066",
                "\u200F",
                "\uFEFF",
                "\u2028",
                "\uDB40\uDC41",
                "\uD83D"
            })
    void whatCommandsATerminalIsReplaced(String command) {
        assertThat(PlainText.of("a" + command + "b\tc\nd\r\n")).isEqualTo("a?b\tc\nd\r\n");
        assertThat(PlainText.line("a" + command + "b\tc\nd")).isEqualTo("a?b?c?d");
        String json = PlainText.json("\"a" + command + "\"");
        assertThat(json).matches("\"a(\\\\u[0-9a-f]{4}){1,2}\"");
        assertThat(JsonParser.parseString(json).getAsString()).isEqualTo("a" + command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "中文", "🙂", "👩\u200D💻", "می\u200Cخواهم", "²⊗─"})
    void wordsOfAllLanguagesStay(String words) {
        assertThat(PlainText.line(words)).isEqualTo(words);
        assertThat(PlainText.json(words)).isEqualTo(words);
    }

    @Test
    void writersAndStreamsPrintPlainText() {
        StringWriter text = new StringWriter();
        PrintWriter writer = new PlainText.Writer(new PrintWriter(text, true));
        writer.print("a\u001Bb");
        writer.printf("%s%n", "c\r");
        writer.println(new char[] {'d', '\b'});
        writer.append('\u009B').append("🙂").write('e');
        writer.flush();
        assertThat(text.toString().lines()).containsExactly("a?bc?", "d?", "?🙂e");

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PlainText.Stream(new PrintStream(bytes, true));
        stream.print("a\u001Bb");
        stream.println("c\r");
        stream.printf("%s%n", "d\b");
        new IllegalStateException("e\u001B").printStackTrace(stream);
        assertThat(bytes.toString(Charset.defaultCharset()).lines())
                .startsWith("a?bc?", "d?", "java.lang.IllegalStateException: e?");
    }

    @Test
    void onlyTheProgramItselfGoesBackOnALine() {
        StringWriter text = new StringWriter();
        PlainText.command(new PlainText.Writer(new PrintWriter(text)), "\r  \r");
        PlainText.command(new PrintWriter(text), "\r");
        assertThat(text).hasToString("\r  \r\r");
    }
}
