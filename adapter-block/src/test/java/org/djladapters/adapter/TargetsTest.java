/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private static final String QUERY = "encoder.layer.0.attention.self.query";

    @Test
    void suffixesEndAtABoundaryBetweenNames() {
        assertThat(Targets.of("query").selects(QUERY)).isTrue();
        assertThat(Targets.of("self.query").selects(QUERY)).isTrue();
        assertThat(Targets.of(QUERY).selects(QUERY)).isTrue();
        assertThat(Targets.of("key", "query").selects(QUERY)).isTrue();
        assertThat(Targets.of("ery").selects(QUERY)).isFalse();
        assertThat(Targets.of("self").selects(QUERY)).isFalse();
        assertThat(Targets.of("key").selects(QUERY)).isFalse();
    }

    @Test
    void regularExpressionsMatchTheWholePath() {
        assertThat(regex(".*\\.(query|value)").selects(QUERY)).isTrue();
        assertThat(regex("query").selects(QUERY)).isFalse();
        assertThat(regex("encoder").selects(QUERY)).isFalse();
    }

    @Test
    void withoutNamesAllLinearLayersAreMeant() {
        assertThat(Targets.allLinear().isAllLinear()).isTrue();
        assertThat(Targets.allLinear().selects(QUERY)).isTrue();
        assertThat(Targets.of("query").isAllLinear()).isFalse();
        assertThat(regex(".*").isAllLinear()).isFalse();
    }

    @Test
    void noneSelectsNothing() {
        assertThat(Targets.none().isNone()).isTrue();
        assertThat(Targets.none().isAllLinear()).isFalse();
        assertThat(Targets.none().names(QUERY)).isFalse();
        assertThat(Targets.none().selects(QUERY)).isFalse();
        assertThat(Targets.none()).hasToString("none").isNotEqualTo(Targets.allLinear());
        assertThat(Targets.allLinear().isNone()).isFalse();
    }

    @Test
    void exclusionsNarrowTheSelection() {
        Targets suffixes =
                Targets.builder()
                        .optSuffixes(List.of("query", "dense"))
                        .optExcludedSuffixes(List.of("output.dense", "pooler.dense"))
                        .build();
        assertThat(suffixes.selects(QUERY)).isTrue();
        assertThat(suffixes.selects("encoder.layer.0.intermediate.dense")).isTrue();
        assertThat(suffixes.selects("encoder.layer.0.output.dense")).isFalse();
        assertThat(suffixes.selects("pooler.dense")).isFalse();
        assertThat(suffixes.excludes("pooler.dense")).isTrue();
        assertThat(suffixes.names("pooler.dense")).isTrue();

        Targets regex = Targets.builder().optExcludedRegex(".*\\.output\\..*").build();
        assertThat(regex.selects(QUERY)).isTrue();
        assertThat(regex.selects("encoder.layer.0.output.dense")).isFalse();
    }

    @Test
    void moreIsExcludedBesidesAnyExpression() {
        for (String regex : new String[] {"(?i).*QUERY", "^(?!.*output).*query", ".*y$|a"}) {
            Targets more =
                    Targets.builder().optExcludedRegex(regex).build().excluding("head.dense");
            assertThat(more.excludes(QUERY)).isTrue();
            assertThat(more.excludes("a.head.dense")).isTrue();
            assertThat(more.excludes("a.Head.dense")).isFalse();
            assertThat(more.excludes("encoder.layer.0.output.dense")).isFalse();
        }
    }

    @Test
    void layersAreChosenByTheLastIndexInThePath() {
        Targets layers = Targets.builder().optLayers(List.of(1, 10)).build();

        assertThat(layers.selects("encoder.layer.1.output.dense")).isTrue();
        assertThat(layers.selects("encoder.layer.10.output.dense")).isTrue();
        assertThat(layers.selects("encoder.layer.0.output.dense")).isFalse();
        assertThat(layers.selects("encoder.layer.11.output.dense")).isFalse();
        assertThat(layers.selects("encoder.layer.0.experts.1.dense")).isTrue();
        assertThat(layers.selects("encoder.layer.1.experts.0.dense")).isFalse();
        // the last name is the module, not a place in a list of layers
        assertThat(layers.selects("encoder.layer.0.mlp.1")).isFalse();
        assertThat(layers.selects("pooler.dense")).isFalse();
    }

    @Test
    void listsOfLayersMayStandAtTheTop() {
        Targets layers = Targets.builder().optLayers(List.of(1)).build();

        assertThat(layers.selects("h.1.attn.c_attn")).isTrue();
        assertThat(layers.selects("h.0.attn.c_attn")).isFalse();
    }

    @Test
    void aPatternSaysInWhichListTheIndicesCount() {
        Targets layers =
                Targets.builder().optLayers(List.of(1)).optLayersPattern("(layer|h)").build();

        assertThat(layers.selects("encoder.layer.1.experts.0.dense")).isTrue();
        assertThat(layers.selects("encoder.layer.0.experts.1.dense")).isFalse();
        assertThat(layers.selects("h.1.attn.c_attn")).isTrue();
        assertThat(layers.selects("encoder.sublayer.1.dense")).isFalse();
        assertThat(alternatives().selects("encoder.layer.1.output.dense")).isTrue();
        assertThat(alternatives().selects("encoder.block.1.output.dense")).isTrue();
    }

    private static Targets alternatives() {
        return Targets.builder().optLayers(List.of(1)).optLayersPattern("layer|block").build();
    }

    @Test
    void hugeNumbersInPathsAreNoLayers() {
        assertThat(
                        Targets.builder()
                                .optLayers(List.of(1))
                                .build()
                                .selects("encoder.layer.99999999999.output.dense"))
                .isFalse();
    }

    @Test
    void defaultsKeepExclusionsAndLayers() {
        List<String> usual = List.of("query", "value");
        Targets.Builder narrowed =
                Targets.builder().optExcludedRegex(".*crossattention.*").optLayers(List.of(1));

        assertThat(narrowed.optByModelType(true).build().withUsual(usual))
                .isEqualTo(narrowed.optByModelType(false).optSuffixes(usual).build());
    }

    @Test
    void namedTargetsDoNotDependOnTheType() {
        assertThat(Targets.of("key").withUsual(List.of("query"))).isEqualTo(Targets.of("key"));
        assertThat(Targets.allLinear().withUsual(List.of("query"))).isEqualTo(Targets.allLinear());
    }

    @Test
    void defaultsSelectNothingBeforeTheTypeIsKnown() {
        Targets defaults = Targets.byModelType();

        assertThat(defaults.isByModelType()).isTrue();
        assertThat(defaults.isAllLinear()).isFalse();
        assertThat(defaults.selects(QUERY)).isFalse();
        assertThat(defaults).hasToString("default").isNotEqualTo(Targets.allLinear());
    }

    @Test
    void exclusionsAreAddedToThoseThatAreThere() {
        Targets first =
                Targets.builder()
                        .optExcludedSuffixes(List.of("pooler.dense"))
                        .optLayers(List.of(0))
                        .build();

        Targets both = first.excluding("output.dense", "query");

        assertThat(both.excludedSuffixes())
                .containsExactly("pooler.dense", "output.dense", "query");
        assertThat(both.layers()).containsExactly(0);
        assertThat(both.selects("encoder.layer.0.intermediate.dense")).isTrue();
        assertThat(both.selects(QUERY)).isFalse();
        assertThat(first.selects(QUERY)).as("the selection itself stays as it is").isTrue();
    }

    @Test
    void tellsWhichSuffixesSelectNothing() {
        Targets targets =
                Targets.builder()
                        .optSuffixes(List.of("query", "dense", "q_proj"))
                        .optExcludedSuffixes(List.of("dense"))
                        .build();

        assertThat(targets.unusedSuffixes(List.of(QUERY, "pooler.dense")))
                .containsExactly("dense", "q_proj");
        assertThat(regex("nothing").unusedSuffixes(List.of(QUERY))).isEmpty();
    }

    @Test
    void tellsWhichExclusionsChangeNothing() {
        List<String> paths = List.of(QUERY, "encoder.layer.1.attention.self.query", "pooler.dense");
        Targets.Builder query = Targets.builder().optSuffixes(List.of("query"));
        List<String> excluded = List.of("self.query", "dense", "qeury");

        assertThat(query.optExcludedSuffixes(excluded).build().unusedExclusions(paths))
                .as("dense is no target anyway")
                .containsExactly("dense", "qeury");

        query.optExcludedSuffixes(List.of());
        String layer = ".*layer\\.0\\..*";
        Targets first = query.optExcludedRegex(layer).build();
        assertThat(first.unusedExclusions(paths)).isEmpty();
        assertThat(query.optLayers(List.of(1)).build().unusedExclusions(paths))
                .as("that layer is not adapted anyway")
                .containsExactly(layer);
        assertThat(Targets.allLinear().unusedExclusions(paths)).isEmpty();
    }

    @Test
    void layersNarrowEveryKindOfSelection() {
        Targets.Builder builder = Targets.builder().optLayers(List.of(0));

        assertThat(builder.optRegex(".*query").build().selects(QUERY)).isTrue();
        assertThat(builder.build().selects("encoder.layer.1.attention.self.query")).isFalse();
    }

    @Test
    void refusesContradictions() {
        assertThatThrownBy(
                        () ->
                                Targets.builder()
                                        .optSuffixes(List.of("query"))
                                        .optByModelType(true)
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Targets are named or the defaults of the model's type, not both");
        assertThatThrownBy(
                        () ->
                                Targets.builder()
                                        .optSuffixes(List.of("query"))
                                        .optRegex(".*")
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Targets are given as a list of suffixes or as a regular expression, not"
                                + " both");
        assertThatThrownBy(
                        () ->
                                Targets.builder()
                                        .optExcludedSuffixes(List.of("query"))
                                        .optExcludedRegex(".*")
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Exclusions are given as a list of suffixes or as a regular expression,"
                                + " not both");
        assertThatThrownBy(() -> Targets.builder().optLayersPattern("layer").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The layers pattern 'layer' needs layer indices, but none are given");
    }

    @Test
    void refusesWhatIsNoRegularExpression() {
        assertThatThrownBy(() -> regex("(query"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'(query' is not a regular expression of Python's: a ) is missing, at its"
                                + " end");
    }

    @Test
    void describesItself() {
        assertThat(Targets.allLinear()).hasToString("all-linear");
        assertThat(regex(".*query")).hasToString("regex .*query");
        assertThat(
                        Targets.builder()
                                .optSuffixes(List.of("query", "value"))
                                .optExcludedRegex("pooler.*")
                                .optLayers(List.of(0, 1))
                                .optLayersPattern("layer")
                                .build())
                .hasToString("query,value without regex pooler.* in layers [0, 1] of layer");
        assertThat(Targets.builder().optExcludedSuffixes(List.of("dense")).build())
                .hasToString("all-linear without dense");
    }

    @Test
    void isAValue() {
        assertThat(Targets.of("query")).isEqualTo(Targets.of("query"));
        assertThat(Targets.of("query")).hasSameHashCodeAs(Targets.of("query"));
        assertThat(Targets.of("query")).isNotEqualTo(Targets.of("key"));
        assertThat(alternatives()).isNotEqualTo(Targets.allLinear());
    }

    private static Targets regex(String regex) {
        return Targets.builder().optRegex(regex).build();
    }

    @Test
    void reachAPoolerOnlyWhereItIsAskedFor() {
        Targets plain = Targets.of("dense");
        Targets pooled = plain.withPooler();
        assertThat(plain.hasPooler()).isFalse();
        assertThat(pooled.hasPooler()).isTrue();
        assertThat(pooled).isNotEqualTo(plain).isEqualTo(Targets.of("dense").withPooler());
        assertThat(pooled.excluding("output.dense").hasPooler()).isTrue();
        assertThat(Targets.none().withPooler().isNone()).isTrue();
        assertThat(Targets.allLinear().withPooler()).hasToString("all-linear with the pooler");
    }
}
