/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for the Markdown files of the project as texts: links, mistakes and length. */
class MarkdownTest {

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    private static final Pattern SCHEME = Pattern.compile("[a-z]+:.*");

    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.*)$");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    /**
     * What was said of compound adapters and LoRA, and refuted. The same 100.9 % was measured again
     * by the tuned comparisons, and has an interval of one of these beside it.
     */
    private static final Pattern REFUTED =
            Pattern.compile(
                    "100\\.9 %(?! \\((98\\.7 to 103\\.[12]|98\\.1 to 103\\.7|85\\.8 to"
                            + " 118\\.8)\\))|112\\.4 %|113\\.8 %|as\\s+good\\s+as\\s+LoRA"
                            + "|[Ee]very\\s+other\\s+method\\s+of\\s+that\\s+size"
                            + "|[Tt]une\\s+the\\s+head\\s+first");

    /** Notebooks have texts in Markdown, too. */
    static Stream<String> withLinks() {
        return Stream.concat(Markdown.all().stream(), Markdown.files(".ipynb").stream());
    }

    static Stream<String> forUsers() {
        return Markdown.all().stream();
    }

    static Stream<String> pages() {
        return Markdown.PAGES.stream();
    }

    @ParameterizedTest
    @MethodSource("withLinks")
    void linksResolve(String document) throws IOException {
        Matcher link = LINK.matcher(withoutCode(Markdown.text(document)));
        while (link.find()) {
            String target = link.group(1);
            if (SCHEME.matcher(target).matches()) {
                continue;
            }
            int hash = target.indexOf('#');
            String path = hash < 0 ? target : target.substring(0, hash);
            Path file = Markdown.ROOT.resolve(document);
            if (!path.isEmpty()) {
                file = file.resolveSibling(path);
            }
            assertThat(file).as("%s links to %s", document, target).exists();
            if (hash >= 0) {
                assertThat(anchors(Files.readString(file)))
                        .as("%s links to %s", document, target)
                        .contains(target.substring(hash + 1));
            }
        }
    }

    /** The names that GitHub gives to headings. */
    private static List<String> anchors(String text) {
        List<String> anchors = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        Matcher heading = HEADING.matcher(withoutCode(text));
        while (heading.find()) {
            String anchor =
                    heading.group(1)
                            .strip()
                            .replaceAll("\\[([^]]*)\\]\\([^)]*\\)", "$1")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N}\\p{M}_ -]", "")
                            .replace(' ', '-');
            int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
        }
        return anchors;
    }

    private static String withoutCode(String text) {
        return FENCED.matcher(text).replaceAll("");
    }

    @Test
    void everyPageIsInTheIndex() throws IOException {
        String index = Markdown.text("examples/docs/README.md");

        for (String page : Markdown.PAGES.subList(1, Markdown.PAGES.size())) {
            String name = page.substring(page.lastIndexOf('/') + 1);
            assertThat(name.equals("README.md") || index.contains("](" + name + ")"))
                    .as("%s is in the index", page)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("forUsers")
    void textsHaveNoMistakes(String document) throws IOException {
        assertThat(Mistakes.in(document, Markdown.text(document))).isEmpty();
    }

    /** Tables of recorded runs may have such numbers; sentences for users have none. */
    @ParameterizedTest
    @MethodSource("pages")
    void whatWasRefutedIsNotClaimed(String page) throws IOException {
        Matcher claims = REFUTED.matcher(Markdown.text(page));

        assertThat(claims.results().map(MatchResult::group)).as(page).isEmpty();
    }

    @Test
    void readmeIsShort() throws IOException {
        assertThat(Files.size(Markdown.ROOT.resolve("README.md"))).isLessThanOrEqualTo(12 * 1024);
    }

    @Test
    void pomOfTheReadmeHasTheVersionsOfTheProject() throws IOException {
        String pom = Markdown.text("pom.xml");
        String pytorch = element(pom, "pytorch.version");
        String readme = Markdown.text("README.md");

        assertThat(versionOf(readme, "adapter-block")).isEqualTo(element(pom, "version"));
        assertThat(versionOf(readme, "pytorch-jni"))
                .isEqualTo(pytorch + "-" + element(pom, "djl.version"));
        assertThat(versionOf(readme, "pytorch-native-cpu")).isEqualTo(pytorch);
    }

    /** The version that stands after the first mention of an artifact as an element. */
    private static String versionOf(String readme, String artifact) {
        String from = "<artifactId>" + artifact + "</artifactId>";
        return element(readme.substring(readme.indexOf(from)), "version");
    }

    private static String element(String xml, String name) {
        Matcher element = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
        assertThat(element.find()).as(name).isTrue();
        return element.group(1);
    }
}
