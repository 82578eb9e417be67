/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

import ai.djl.pytorch.jni.JniUtils;
import dev.langchain4j.model.embedding.listener.EmbeddingModelListener;
import dev.langchain4j.model.scoring.ScoringModel;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.Failures;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationConvention;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes beans of the properties {@code djl.adapters.*} ({@link AdapterProperties}): the base model,
 * the {@link AdapterPool} of its adapters, and what Spring AI, LangChain4j, health and metrics use
 * of it, where these are on the class path. A bean of the same type takes the place of each, or for
 * health one of the name {@code djlAdaptersHealthIndicator}; the metrics stay.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = AdapterProperties.PREFIX, name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(AdapterProperties.class)
public final class AdapterAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    AdaptedModel adaptedModel(AdapterProperties properties) {
        if (properties.model() == null || properties.model().isBlank()) {
            throw new WrongPropertyException(
                    "model",
                    "is missing; name the folder of a model, or hf://organization/name, or set"
                            + " djl.adapters.enabled=false");
        }
        PyTorch.engine();
        JniUtils.setNumThreads(properties.threads());
        try {
            return AdaptedModel.open(
                    properties.model(),
                    OpenOptions.builder()
                            .optPrecision(properties.precision())
                            .optTower(ModelTower.TEXT)
                            .build());
        } catch (IOException | IllegalArgumentException e) {
            throw new WrongPropertyException(
                    "model",
                    "names '%s', which can't be opened: %s"
                            .formatted(properties.model(), Failures.reason(e)),
                    e);
        }
    }

    @Bean
    @ConditionalOnMissingBean
    AdapterPool adapterPool(
            AdaptedModel model,
            AdapterProperties properties,
            ObjectProvider<ObservationRegistry> observations) {
        return new AdapterPool(model, properties, registry(observations));
    }

    private static ObservationRegistry registry(ObjectProvider<ObservationRegistry> found) {
        return found.getIfUnique(() -> ObservationRegistry.NOOP);
    }

    @Bean
    @ConditionalOnMissingBean
    PassageScorer passageScorer(AdapterPool pool, AdapterProperties properties) {
        return new PassageScorer(pool, properties.scoringAdapter());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(EmbeddingModel.class)
    static class SpringAi {

        @Bean
        @ConditionalOnMissingBean
        SpringAiAdapters springAiAdapters(
                AdapterPool pool,
                AdapterProperties properties,
                ObjectProvider<ObservationRegistry> observations,
                ObjectProvider<EmbeddingModelObservationConvention> convention) {
            return new SpringAiAdapters(
                    pool, properties, registry(observations), convention.getIfUnique());
        }

        /** Spring AI's property says which of several starters gives the embedding model. */
        @Bean
        @ConditionalOnMissingBean(EmbeddingModel.class)
        @ConditionalOnProperty(
                name = "spring.ai.model.embedding",
                havingValue = "djl-adapters",
                matchIfMissing = true)
        EmbeddingModel springAiEmbeddingModel(
                SpringAiAdapters adapters, AdapterProperties properties) {
            return adapters.embeddingModel(properties.defaultAdapter());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(dev.langchain4j.model.embedding.EmbeddingModel.class)
    static class Langchain4j {

        @Bean
        @ConditionalOnMissingBean
        Langchain4jAdapters langchain4jAdapters(
                AdapterPool pool,
                AdapterProperties properties,
                ObjectProvider<EmbeddingModelListener> listeners) {
            return new Langchain4jAdapters(pool, properties, listeners.orderedStream().toList());
        }

        @Bean
        @ConditionalOnMissingBean(dev.langchain4j.model.embedding.EmbeddingModel.class)
        dev.langchain4j.model.embedding.EmbeddingModel langchain4jEmbeddingModel(
                Langchain4jAdapters adapters, AdapterProperties properties) {
            return adapters.embeddingModel(properties.defaultAdapter());
        }

        @Bean
        @ConditionalOnMissingBean(ScoringModel.class)
        ScoringModel langchain4jScoringModel(
                Langchain4jAdapters adapters, AdapterProperties properties) {
            return adapters.scoringModel(properties.scoringAdapter());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
    static class HealthOfAdapters {

        @Bean
        @ConditionalOnEnabledHealthIndicator("djlAdapters")
        @ConditionalOnMissingBean(name = "djlAdaptersHealthIndicator")
        HealthIndicator djlAdaptersHealthIndicator(AdapterPool pool) {
            return new AdapterHealthIndicator(pool);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterBinder.class)
    static class MetricsOfAdapters {

        @Bean
        MeterBinder djlAdaptersMetrics(AdapterPool pool) {
            return new AdapterMetrics(pool);
        }
    }
}
