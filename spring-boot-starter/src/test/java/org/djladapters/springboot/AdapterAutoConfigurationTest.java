/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.embedding.listener.EmbeddingModelResponseContext;
import dev.langchain4j.model.scoring.ScoringModel;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.springai.SpringAiEmbeddingModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.util.FileSystemUtils;

class AdapterAutoConfigurationTest {

    private static final String TEXT = "where is my parcel";
    private static final List<String> PASSAGES =
            List.of("parcels come on monday", "bills are paid in may");

    /** Float32, in sums of another order. */
    private static final Offset<Float> ROUNDING = Offset.offset(1e-5f);

    /** What others have saved. */
    @TempDir private static Path saved;

    private static float[] ofBase;
    private static float[] ofAcme;

    /** What a program watches. */
    @TempDir private Path folder;

    @BeforeAll
    static void save() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(SavedAdapters.MODEL)) {
            SavedAdapters.embedding(model, saved.resolve("acme"), 1);
            SavedAdapters.embedding(model, saved.resolve("globex"), 2);
            SavedAdapters.scoring(model, saved.resolve("reranker"));
            model.activate();
            try (SpringAiEmbeddingModel base =
                    SpringAiEmbeddingModel.builder().setModel(model).build()) {
                ofBase = base.embed(TEXT);
            }
        }
        try (AdaptedModel model = AdaptedModel.open(SavedAdapters.MODEL)) {
            AdapterDirectory.load(model, "a", saved.resolve("acme"));
            try (SpringAiEmbeddingModel acme =
                    SpringAiEmbeddingModel.builder().setModel(model).optAdapter("a").build()) {
                ofAcme = acme.embed(TEXT);
            }
        }
        assertThat(ofAcme).isNotEqualTo(ofBase);
    }

    @BeforeEach
    void copy() throws IOException {
        copy("acme", "acme");
        copy("reranker", "reranker");
    }

    private void copy(String adapter, String name) throws IOException {
        FileSystemUtils.copyRecursively(saved.resolve(adapter), folder.resolve(name));
    }

    private ApplicationContextRunner program(String... properties) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(AdapterAutoConfiguration.class))
                .withPropertyValues(
                        "djl.adapters.model=" + SavedAdapters.MODEL,
                        "djl.adapters.folder=" + folder,
                        "djl.adapters.threads=1",
                        "djl.adapters.poll-interval=10ms")
                .withPropertyValues(properties);
    }

    @Test
    void theEmbeddingModelIsTheBaseModelAndCustomersHaveTheirs() {
        program()
                .run(
                        context -> {
                            assertThat(context.getBean(EmbeddingModel.class).embed(TEXT))
                                    .containsExactly(ofBase, ROUNDING);
                            EmbeddingModel acme = acme(context);
                            assertThat(acme.embed(TEXT)).containsExactly(ofAcme, ROUNDING);
                            assertThat(acme.embed(new Document(TEXT)))
                                    .containsExactly(ofAcme, ROUNDING);
                            assertThat(acme.dimensions()).isEqualTo(ofAcme.length);
                            EmbeddingResponse named = acme.call(request("tiny-bert/acme"));
                            assertThat(named.getMetadata().getModel()).isEqualTo("tiny-bert/acme");
                            assertThat(named.getMetadata().getUsage().getPromptTokens())
                                    .isPositive();
                            assertThatIllegalArgumentException()
                                    .isThrownBy(() -> acme.call(request("tiny-bert")))
                                    .withMessageContaining("'tiny-bert/acme', not 'tiny-bert'");
                        });
    }

    private static EmbeddingModel acme(ApplicationContext context) {
        return context.getBean(SpringAiAdapters.class).embeddingModel("acme");
    }

    private static EmbeddingRequest request(String model) {
        return new EmbeddingRequest(List.of(TEXT), EmbeddingOptions.builder().model(model).build());
    }

    @Test
    void theDefaultAdapterIsThatOfTheEmbeddingModels() {
        program("djl.adapters.default-adapter=acme")
                .run(
                        context -> {
                            assertThat(context.getBean(EmbeddingModel.class).embed(TEXT))
                                    .containsExactly(ofAcme, ROUNDING);
                            assertThat(langchain4j(context).embed(TEXT).content().vector())
                                    .containsExactly(ofAcme, ROUNDING);
                            assertThat(langchain4j(context).modelName())
                                    .isEqualTo("tiny-bert/acme");
                        });
    }

    private static dev.langchain4j.model.embedding.EmbeddingModel langchain4j(
            ApplicationContext context) {
        return context.getBean(dev.langchain4j.model.embedding.EmbeddingModel.class);
    }

    @Test
    void adaptersComeChangeAndGoWhileTheProgramRuns() {
        program()
                .run(
                        context -> {
                            AdapterPool pool = context.getBean(AdapterPool.class);
                            EmbeddingModel late =
                                    context.getBean(SpringAiAdapters.class).embeddingModel("late");
                            assertThatThrownBy(() -> late.embed(TEXT))
                                    .isInstanceOf(UnknownAdapterException.class)
                                    .hasMessage("There is no adapter 'late'");

                            copy("globex", "late");
                            await(() -> pool.serves("late"));
                            float[] before = late.embed(TEXT);
                            copy("acme", "late");
                            await(() -> !Arrays.equals(late.embed(TEXT), before));
                            assertThat(late.embed(TEXT)).containsExactly(ofAcme, ROUNDING);

                            FileSystemUtils.deleteRecursively(folder.resolve("late"));
                            await(() -> !pool.serves("late"));
                            assertThat(pool.names()).containsExactly("acme", "reranker");
                        });
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    @Test
    void passagesAreScoredByTheScoringAdapter() {
        program("djl.adapters.scoring-adapter=reranker")
                .run(
                        context -> {
                            PassageScorer scorer = context.getBean(PassageScorer.class);
                            List<Float> scores = scorer.score(TEXT, PASSAGES);
                            assertThat(scores).hasSize(2).doesNotHaveDuplicates();
                            assertThat(
                                            context.getBean(ScoringModel.class)
                                                    .scoreAll(
                                                            PASSAGES.stream()
                                                                    .map(TextSegment::from)
                                                                    .toList(),
                                                            TEXT)
                                                    .content())
                                    .isEqualTo(scores.stream().map(Float::doubleValue).toList());
                            assertThatIllegalArgumentException()
                                    .isThrownBy(
                                            () -> scorer.withAdapter("acme").score(TEXT, PASSAGES));
                        });
    }

    @Test
    void listenersOfLangchain4jHearOfEveryCall() {
        List<String> heard = new ArrayList<>();
        program()
                .withBean(
                        EmbeddingModelListener.class,
                        () ->
                                new EmbeddingModelListener() {
                                    @Override
                                    public void onResponse(EmbeddingModelResponseContext context) {
                                        heard.add(context.embeddingModel().modelName());
                                    }
                                })
                .run(
                        context -> {
                            langchain4j(context).embed(TEXT);
                            context.getBean(Langchain4jAdapters.class)
                                    .embeddingModel("acme")
                                    .embedAll(List.of(TextSegment.from(TEXT)));
                            assertThat(heard).containsExactly("tiny-bert", "tiny-bert/acme");
                        });
    }

    @Test
    void callsAreObservedByModelAndAdapterThatThereAre() {
        MeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry observations = ObservationRegistry.create();
        observations
                .observationConfig()
                .observationHandler(new DefaultMeterObservationHandler(meters));
        program()
                .withBean(ObservationRegistry.class, () -> observations)
                .run(
                        context -> {
                            context.getBean(MeterBinder.class).bindTo(meters);
                            acme(context).embed(TEXT);
                            acme(context).embed(new Document(TEXT));
                            langchain4j(context).embed(TEXT);
                            SpringAiAdapters all = context.getBean(SpringAiAdapters.class);
                            assertThatThrownBy(() -> all.embeddingModel("no one").embed(TEXT))
                                    .isInstanceOf(UnknownAdapterException.class);

                            assertThat(tags(meters, AdapterPool.OBSERVATION, "adapter"))
                                    .containsExactly("(base)", "acme");
                            assertThat(
                                            tags(
                                                    meters,
                                                    "gen_ai.client.operation",
                                                    "gen_ai.request.model"))
                                    .containsExactly("tiny-bert/acme");
                            assertThat(meters.get("gen_ai.client.operation").timer().count())
                                    .isEqualTo(2);
                            assertThat(meters.get("djl.adapters.loaded").gauge().value())
                                    .isEqualTo(2);
                        });
    }

    private static Set<String> tags(MeterRegistry meters, String meter, String tag) {
        Set<String> values = new TreeSet<>();
        meters.get(meter).timers().forEach(timer -> values.add(timer.getId().getTag(tag)));
        return values;
    }

    @Test
    void theHealthTellsOfRefusedAdaptersAndALostFolder() {
        program("djl.adapters.default-adapter=acme")
                .run(
                        context -> {
                            HealthIndicator indicator = context.getBean(HealthIndicator.class);
                            assertThat(indicator.health())
                                    .isEqualTo(
                                            Health.up()
                                                    .withDetail("model", "tiny-bert")
                                                    .withDetail("adapters", 2)
                                                    .build());

                            Path damaged = Files.createDirectory(folder.resolve("damaged"));
                            Files.writeString(damaged.resolve("adapter_config.json"), "{}");
                            AdapterPool pool = context.getBean(AdapterPool.class);
                            await(() -> !pool.refusals().isEmpty());
                            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
                            assertThat(indicator.health().getDetails().get("refused"))
                                    .asString()
                                    .startsWith("{damaged=");

                            Files.move(folder, folder.resolveSibling(folder.getFileName() + "-"));
                            await(() -> pool.problem().isPresent());
                            assertThat(indicator.health().getStatus())
                                    .isEqualTo(Status.OUT_OF_SERVICE);
                            assertThat(indicator.health().getDetails().get("reason"))
                                    .asString()
                                    .contains("is missing");
                            assertThat(acme(context).embed(TEXT)).containsExactly(ofAcme, ROUNDING);
                        });
    }

    @Test
    void tooFewAdaptersAreOutOfService() {
        program("djl.adapters.min-adapters=3")
                .run(
                        context ->
                                assertThat(context.getBean(HealthIndicator.class).health())
                                        .extracting(Health::getStatus)
                                        .isEqualTo(Status.OUT_OF_SERVICE));
    }

    @Test
    void librariesThatAreNotThereAreNotNeeded() {
        program()
                .withClassLoader(
                        new FilteredClassLoader(
                                "dev.langchain4j",
                                "org.springframework.ai",
                                "org.springframework.boot.health",
                                "io.micrometer.core"))
                .run(
                        context -> {
                            assertThat(context).hasNotFailed();
                            assertThat(context).hasSingleBean(PassageScorer.class);
                            assertThat(context).doesNotHaveBean(SpringAiAdapters.class);
                            assertThat(context).doesNotHaveBean(Langchain4jAdapters.class);
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    model=                    | djl.adapters.model is missing; name the folder
                    model=/no/such/model      | djl.adapters.model names '/no/such/model', which
                    pool-size=-1              | djl.adapters.pool-size must be at least 1, got -1
                    poll-interval=0s          | djl.adapters.poll-interval must be between
                    folder=/no/such/folder    | djl.adapters.folder names '/no/such/folder', which
                    default-adapter=nobody    | djl.adapters.default-adapter names an adapter that
                    default-adapter=reranker  | djl.adapters.default-adapter names 'reranker', which gives no vectors
                    scoring-adapter=acme      | djl.adapters.scoring-adapter names 'acme', which gives no scores
                    """)
    void aWrongPropertyIsNamedInOneSentence(String property, String sentence) {
        program("djl.adapters." + property)
                .run(
                        context -> {
                            FailureAnalysis analysis =
                                    new WrongPropertyAnalyzer()
                                            .analyze(context.getStartupFailure());
                            assertThat(analysis).as(property).isNotNull();
                            assertThat(analysis.getDescription()).startsWith(sentence);
                        });
    }

    @Test
    void everythingIsClosedWithTheProgram() {
        AdaptedModel[] model = new AdaptedModel[1];
        EmbeddingModel[] acme = new EmbeddingModel[1];
        program()
                .run(
                        context -> {
                            model[0] = context.getBean(AdaptedModel.class);
                            acme[0] = acme(context);
                            acme[0].embed(TEXT);
                        });
        assertThat(model[0].model().getNDManager().isOpen()).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> acme[0].embed(TEXT))
                .withMessage("The pool of adapters was closed");
    }

    @Test
    void nothingIsOpenedWhereThatIsNotWanted() {
        program("djl.adapters.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(AdaptedModel.class));
        program("spring.ai.model.embedding=openai")
                .run(context -> assertThat(context).doesNotHaveBean(EmbeddingModel.class));
    }

    @Test
    void everyPropertyIsDescribedForEditors() throws IOException {
        String metadata =
                Files.readString(
                        Path.of("src/main/resources/META-INF/spring-configuration-metadata.json"));
        List<String> described =
                JsonParser.parseString(metadata)
                        .getAsJsonObject()
                        .getAsJsonArray("properties")
                        .asList()
                        .stream()
                        .map(property -> property.getAsJsonObject().get("name").getAsString())
                        .toList();
        Stream<String> known =
                Stream.of(AdapterProperties.class.getRecordComponents())
                        .map(component -> component.getName().replaceAll("([A-Z])", "-$1"))
                        .map(name -> "djl.adapters." + name.toLowerCase(Locale.ROOT));
        assertThat(described)
                .containsExactlyElementsOf(
                        Stream.concat(Stream.of("djl.adapters.enabled"), known).toList());
    }
}
