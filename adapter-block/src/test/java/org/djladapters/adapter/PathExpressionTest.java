/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
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
                "a(?#comment)*b aab true",
                "(?P<name>a)b ab true",
                "a(?#comment)b ab true",
                "(?i)Q_proj q_PROJ true",
                "(?i:q)_proj Q_proj true",
                "(?i:q)_proj Q_PROJ false",
                "(?i)(?-i:q)_P Q_p false",
                "(?i)[^a] A false",
                "\\d+ 10 true",
                "(?a)\\d+ ٣ false",
                "\\w+ e_1 true",
                "(?a:\\w+) é false",
                "[\\d_]+ 1_2 true",
                "[^\\W\\d]+ ab true",
                "[^\\W\\d]+ a1 false",
                "[]a]+ ]a true",
                "[a-]+ a-a true",
                "[a\\-c]+ b false",
                "[[:alpha:]]+ p] true",
                "[a[b]+ [ true",
                "[\\b]? a false",
                "a{02} aa true",
                "a{,2 a{,2 true",
                "\\x61\\u0062\\U00000063\\144 abcd true",
                "a\\.b axb false",
                "(?=a).b ab true",
                "(?!a).b ab false",
                "(?!a)(?=b).* ba true",
                "(?!a)(?=b).* ca false",
                "(?!a)b|ab ab true",
                "a|(?!b)[bc] b false",
                "a|(?!b)[bc] c true",
                "^(?!.*b)^(?:a|b) b false",
                "((?!.*b).*) ab false",
                "^(?:(?!.*b)(?P<n>(?=a).*))$ ab false",
                "^(?:(?!.*b)(?P<n>(?=a).*))$ ac true",
                "(?i)(?!.*B).* ab false",
                "(?#c)(?!b). b false",
                "(?!^b|^c). c false",
                "(?![^b]$).+ a false",
                "(?!(?:a)$).+ ab true",
                "(?!(?!a))b b false",
                "a(?=b).* ab true",
                "a(?=b).* ac false",
                "a(?!b).* ac true",
                "a(?!b).* ab false",
                "a(?=b) ab false",
                "a(?!b) a true",
                "a*(?!a)b aab true",
                "a*(?=a)ab aab true",
                "(a|ab)(?=b).* abc true",
                "(a|ab)(?!b).* abc true",
                "(a|ab)(?!b|c).* abc false",
                "(?=.b)a(?=.c).*$ abc true",
                "(?!.b)a(?=.c).*$ abc false",
                "(?!a(?!b)).* ac false",
                "(?!a(?!b)).* ab true",
                "x|(a(?=b)..)$ abc true",
                "(?i)A(?=B).* aB true",
            })
    void matchesAsInPython(String expression, String path, boolean matches) {
        assertThat(PathExpression.parse(expression).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^(?!.*vision).*(?:q_proj|v_proj)$",
                "(?!.*vision)(?=model\\.)(?!.*lm_head).*\\.q_proj",
                "(?:(?!.*vision).*\\.(?:q_proj|v_proj))",
                "lm_head|(?!vision\\.).*q_proj",
                "^(model)(?!.*(lm_head|output|emb|wte|shared)).*",
                "^(model(?=\\.).*\\.(down_proj|q_proj|v_proj))$",
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
        assertThat(PathExpression.parse("(?:\\Aattn|b)").matchesTail("a.attn")).isFalse();
        assertThat(PathExpression.parse("^(?:attn|b)").matchesTail("a.attn")).isFalse();
        assertThat(PathExpression.parse("^(?:attn|b)").matchesTail("attn")).isTrue();
        assertThat(PathExpression.parse("attn").matchesTail("é🙂.attn")).isTrue();
    }

    @Test
    void aLookaheadStandsWhereTheTailBegins() {
        PathExpression attention = PathExpression.parse("(?!self).*attn");
        assertThat(attention.matchesTail("model.self_attn")).isTrue(); // all of it
        assertThat(attention.matchesTail("self.self_attn")).isFalse();
        assertThat(attention.matchesTail("self.attn")).isTrue();
        assertThat(PathExpression.parse("(?!^attn)attn").matchesTail("attn")).isFalse();
        assertThat(PathExpression.parse("(?!^attn)attn").matchesTail("a.attn")).isTrue();
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
                "(?:|){40}b",
                "((((((((((a*)*)*)*)*)*)*)*)*)*)*b",
                "(?=(?:a*)*b)(a*)*b",
                "(?=(?:x|.)*.a)(a+)+b",
                "(a*)*(?=(a*)*b)(a*)*",
            })
    void whatBacktrackingCannotAnswerIsAnswered(String expression) {
        String path = "a".repeat(60);
        assertThat(PathExpression.parse(expression).matches("x." + path)).isFalse();
        assertThat(PathExpression.parse(expression).matchesTail("x." + path + "c")).isFalse();
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
    @ValueSource(
            strings = {
                "(a{1,1000}){1,1000}",
                "a{1001}",
                "a{99999999999}",
                "(((a{99}){99}){99}){99}",
                "(?:(?:){2000000000}){2000000000}b",
                "(?:.*){9000}b",
                "(?:.*){400}b",
                "(?:.{0,}){400}b",
                "(a{900}|b){2}|a{500}",
            })
    void whatRepeatsTooMuchIsRefused(String expression) {
        assertThatThrownBy(() -> PathExpression.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'"
                                + expression
                                + "' is too large a regular expression; write it with fewer"
                                + " repetitions, or list the modules by name");
    }

    /** RE2/J calls itself for every place that it comes to without a character. */
    @ParameterizedTest
    @CsvSource({"a?, 800", "(a*)*, 150", "(?:|b.), 400", "(?=a), 1500", "^, 1900", "\\b, 1900"})
    void whatIsAllowedNeedsLittleStack(String part, int times) throws InterruptedException {
        List<Throwable> failures = new ArrayList<>();
        Thread thread =
                new Thread(
                        null,
                        () -> PathExpression.parse(part.repeat(times)).matchesTail("b.aaa"),
                        "little",
                        512 << 10);
        thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
        thread.start();
        thread.join();
        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a?", "(a*)*", "(?:|b.)", "(?=a)", "^", "\\b", "a|"})
    void whatIsTooLargeIsRefused(String part) {
        assertThatThrownBy(() -> PathExpression.parse(part.repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is too large a regular expression");
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
        ".*(?<!lm_)head, a lookbehind",
        "(?:(?!vision).)*\\.q_proj, a lookahead after its beginning in a group",
        "(?!(?:(?!a).)*c).*, a lookahead after its beginning in a group",
        "a(?=b).(?=c)., a second place with a lookahead after its beginning",
        "a(?=.(?=c)).*, a second place with a lookahead after its beginning",
        "a$(?!b), $ or \\b before a lookahead after its beginning",
        "a\\b(?!b).*, $ or \\b before a lookahead after its beginning",
        "a(?!\\bb).*, \\b after a lookahead after its beginning",
        "a*(?=b)^.*, ^ after a lookahead after its beginning",
        "(?!a)*b, a repeated lookahead",
        "(?:(?!a)b)c, a lookahead after its beginning in a group",
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
                                + " list the modules by name, or put a lookahead at the"
                                + " beginning");
    }

    @Test
    void deepNestingIsRefused() {
        for (String open : List.of("(", "a(", "(?!", "(?:a|")) {
            assertThatThrownBy(() -> PathExpression.parse(open.repeat(100_000)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has groups in more than 100 groups");
        }
    }

    /** Python refuses these too, of which RE2/J takes some. */
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
                "(?<n>a)",
                "(?P<1>a)",
                "(?P>a)",
                "(?y)a",
                "a(?i)b",
                "(?#a",
                "(?-i)a",
                "{2}",
                "(?i",
                "(?",
                "\\Qa\\E",
                "\\C",
                "\\pN",
                "\\z",
                "\\x{61}",
                "(?U)a",
                "a|*",
                "\\b+",
                "^(?#c)*",
                "(?P<n>a)|(?P<n>b)",
            })
    void whatIsNoExpressionIsRefused(String expression) {
        assertThatThrownBy(() -> PathExpression.parse(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + expression + "' is not a regular expression");
    }
}
