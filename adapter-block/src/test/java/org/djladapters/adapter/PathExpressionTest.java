/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathExpressionTest {

    private static final String VISION = "vision.blocks.0.attn.q_proj";
    private static final String TEXT = "model.layers.11.self_attn.q_proj";

    /** What Python 3.11 answers to {@code re.fullmatch}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '"',
            value = {
                ".*q_proj model.q_proj true",
                "q_proj model.q_proj false",
                "a|ab ab true",
                "(?:a|ab)(?:c|bcd) abcd true",
                "a{2} aa true",
                "a{,2} aa true",
                "a{,2} aaa false",
                "a{2,} aaaa true",
                "a{,} aaaa true",
                "a{} a{} true",
                "a{x} a{x} true",
                "{ { true",
                "a{2}? aa true",
                "a+?b aaab true",
                "(a*)*b aab true",
                "(?:a?){3}b aab true",
                "^a$ a true",
                "a^b ab false",
                "\\Aa\\Z a true",
                "\\bq_proj q_proj true",
                ".*\\bproj q_proj false",
                ".*\\Bproj q_proj true",
                "(?P<name>a)b ab true",
                "a(?#comment)b ab true",
                "(?i)Q_proj q_PROJ true",
                "(?i:q)_proj Q_proj true",
                "(?i:q)_proj Q_PROJ false",
                "(?i)(?-i:q)_P Q_p false",
                "(?i)[^a] A false",
                "\\d+ ٣ true",
                "(?a)\\d+ ٣ false",
                "\\w+ é_1 true",
                "(?a:\\w+) é false",
                "[\\d_]+ 1_2 true",
                "[^\\W\\d]+ ab true",
                "[^\\W\\d]+ a1 false",
                "[]a]+ ]a true",
                "[a-]+ a-a true",
                "[a\\-c]+ b false",
                "\\x61\\u0062\\U00000063\\144 abcd true",
                "a\\.b axb false",
                "(?=a).b ab true",
                "(?!a).b ab false",
                "(?:(?!ab).)* aab false",
                "(?:(?!ab).)* bab false",
                "(?:(?!ab).)* ba true",
                "a(?<=a)b ab true",
                ".*(?<!lm_)head lm_head false",
                ".*(?<!lm_)head the_head true",
                "(?:(?<=a|b)c|.)* abc true",
                "(?!(?!a))b b false",
            })
    void matchesAsInPython(String expression, String path, boolean matches) {
        assertThat(PathExpression.parse(expression).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(?!.*vision).*(?:q_proj|v_proj)$",
                "^(model)(?!.*(lm_head|output|wte|vision)).*",
                "(?:(?!vision).)*\\.q_proj",
                "(?:.*?(?:language|model).*?(?:self_attn|mlp).*?(?:q_proj|o_proj).*?)"
                        + "|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.(?:self_attn)\\.(?:(?:q_proj)))",
            })
    void whatLeavesOutTheVisionTowerWorks(String expression) {
        assertThat(PathExpression.parse(expression).matches(TEXT)).isTrue();
        assertThat(PathExpression.parse(expression).matches(VISION)).isFalse();
    }

    @Test
    void aTailBeginsThePathOrFollowsADot() {
        PathExpression query = PathExpression.parse("attn|self\\.attn");
        assertThat(query.matchesTail("attn")).isTrue();
        assertThat(query.matchesTail("a.self.attn")).isTrue();
        assertThat(query.matchesTail("a.myself.attn")).isTrue();
        assertThat(query.matchesTail("a.selfattn")).isFalse();
        assertThat(PathExpression.parse("^attn").matchesTail("a.attn")).isFalse();
        assertThat(PathExpression.parse("(?<!b\\.)attn").matchesTail("b.attn")).isFalse();
        assertThat(PathExpression.parse("attn").matchesTail("é🙂.attn")).isTrue();
    }

    /** Backtracking takes 2^50 steps and more on each of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a+)+b",
                "(.*)*x",
                "((a|aa)+)+b",
                "(a|a)*b",
                "(a*)*(a*)*(a*)*b",
                "(?:a?){50}a{50}b",
                "(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)(?:|)b",
                "(?:(?:){2000000000}){2000000000}b",
                "((((((((((a*)*)*)*)*)*)*)*)*)*)*b",
                "(?:(?=(?:a*)*b)a*)*b",
                "(?!(?:(?!(a*)*b).)*c).*b",
                "(?<=a)(?:(?<!b)a*)*b",
            })
    void whatBacktrackingCannotAnswerIsAnswered(String expression) {
        String path = "a".repeat(60);
        assertThat(PathExpression.parse(expression).matches("x." + path)).isFalse();
        assertThat(PathExpression.parse("(x\\.)?" + expression).matchesTail(path + "c")).isFalse();
    }

    @Test
    void tenThousandModulesAreNotTooMany() {
        PathExpression hostile = PathExpression.parse("((.*)*\\.)*((q|q_)+)+$");
        List<String> paths =
                IntStream.range(0, 10_000).mapToObj(i -> "h." + i + ".attn.q_proj").toList();
        assertThat(paths).noneMatch(hostile::matches);
        PathExpression listed =
                PathExpression.parse(
                        paths.stream()
                                .map(path -> path.replace(".", "\\."))
                                .collect(Collectors.joining("|")));
        assertThat(listed.matches(paths.get(9_999))).isTrue();
        assertThat(listed.matches("h.10000.attn.q_proj")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a{1,1000}){1,1000}", "a{1000000000}", "(((a{99}){99}){99}){99}"})
    void whatRepeatsTooMuchIsRefused(String expression) {
        assertThatThrownBy(() -> PathExpression.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'"
                                + expression
                                + "' is too large a regular expression: it repeats too much; write"
                                + " it with smaller numbers of repetitions");
    }

    @Test
    void whatTakesTooManyStepsIsRefused() {
        PathExpression slow = PathExpression.parse("(?:.*){9000}b");
        assertThatThrownBy(() -> slow.matches("a".repeat(100)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'(?:.*){9000}b' takes too many steps on a module path; write a simpler"
                                + " regular expression");
    }

    @ParameterizedTest
    @CsvSource({
        "(a)\\1, a backreference such as \\1",
        "(?P<n>a)(?P=n), a backreference (?P=…)",
        "(a)?(?(1)b|c), a conditional group (?(…)…)",
        "(?>a*)b, an atomic group (?>…)",
        "a++b, possessive repetition such as a++",
        "(?x)a b, the flag x",
        "\\N{DIGIT ONE}, a character by its name \\N{…}",
        "a{99999999999}, repetition for 99999999999 times",
    })
    void whatIsNotSupportedIsNamed(String expression, String what) {
        assertThatThrownBy(() -> PathExpression.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'"
                                + expression
                                + "' has "
                                + what
                                + ", which is not supported in regular expressions on module paths;"
                                + " write it without");
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "(".repeat(100_000);
        assertThatThrownBy(() -> PathExpression.parse(deep))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has groups in more than 100 groups");
    }

    /** Python refuses these too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a",
                "a)",
                "[a",
                "[b-a]",
                "[\\d-a]",
                "*a",
                "a**",
                "a{2}{3}",
                "a{3,2}",
                "^*",
                "\\",
                "\\q",
                "\\x6",
                "(?<=a+)b",
                "(?<n>a)",
                "(?P<1>a)",
                "(?P>a)",
                "(?y)a",
                "a(?i)b",
                "(?#a",
                "(?-i)a",
                "{2}",
                "(?i",
                "(?"
            })
    void whatIsNoExpressionIsRefused(String expression) {
        assertThatThrownBy(() -> PathExpression.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + expression + "' is not a regular expression");
    }
}
