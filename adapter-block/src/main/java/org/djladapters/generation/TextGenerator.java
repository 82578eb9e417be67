/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.djladapters.data.ChatMessage;
import org.djladapters.data.encoding.PromptEncoder;
import org.djladapters.io.Internal;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.KeptAdapter;

/**
 * Lets a causal language model continue prompts, or one with an encoder answer them, with whatever
 * adapters are active or merged, or with an adapter for each prompt.
 *
 * <p>Text ends at the model's end tokens ({@code eos_token_id} of {@code generation_config.json} or
 * {@code config.json}, one or several), at a text to stop at, or when it has as many new tokens as
 * it may. Prompts of different lengths are continued together, each as it would be alone but for
 * rounding.
 *
 * <p>A model opened from a HuggingFace checkpoint keeps the keys and values of the tokens before,
 * so that a new token costs a pass over itself alone. Exports have no such cache: every new token
 * costs a pass over its whole text.
 *
 * <p>Several threads may generate with one generator at once, and adapters may be switched
 * meanwhile: every token is computed with what is active then.
 */
public final class TextGenerator implements AutoCloseable {

    private static final int BATCH_SIZE = 32;

    private final LanguageModel language;
    private final PromptEncoder encoder;
    private final Optional<ChatTemplate> template;

    private TextGenerator(
            LanguageModel language, PromptEncoder encoder, Optional<ChatTemplate> template) {
        this.language = language;
        this.encoder = encoder;
        this.template = template;
    }

    /**
     * Prepares a model.
     *
     * @param model a model opened from a directory with its tokenizer; it is not closed
     * @throws IOException if the model's description or tokenizer can't be read
     * @throws IllegalArgumentException if the model gives no logits for the next token
     */
    public static TextGenerator open(AdaptedModel model) throws IOException {
        LanguageModel language = LanguageModel.of(model);
        language.check();
        return new TextGenerator(
                language,
                PromptEncoder.open(language.directory(), model.inputNames()),
                ChatTemplate.find(language.directory()));
    }

    /**
     * Returns the model's chat template.
     *
     * @return the template, if the model has one
     */
    public Optional<ChatTemplate> chatTemplate() {
        return template;
    }

    /**
     * Says which entries of the model's {@code generation_config.json} would change texts and are
     * not followed.
     *
     * @return a sentence, if there are any
     */
    public Optional<String> warning() {
        List<String> ignored = language.config().ignored();
        return ignored.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        ("The model's generation_config.json sets %s, which is not followed here;"
                                        + " texts may differ from those of other programs")
                                .formatted(String.join(", ", ignored)));
    }

    /**
     * Continues prompts by the likeliest tokens.
     *
     * @param prompts the texts to go on from
     * @param maxNewTokens the largest number of tokens that are added to each
     * @return what the model adds to each, in their order, without special tokens
     * @throws IllegalArgumentException if a prompt leaves no room for so many tokens; the message
     *     says which
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public List<String> generate(List<String> prompts, int maxNewTokens) {
        return generate(prompts, GenerationOptions.builder().optMaxNewTokens(maxNewTokens).build());
    }

    /**
     * Continues prompts.
     *
     * @param prompts the texts to go on from
     * @param options how
     * @return what the model adds to each, in their order, without special tokens
     * @throws IllegalArgumentException if a prompt leaves no room for so many tokens; the message
     *     says which
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public List<String> generate(List<String> prompts, GenerationOptions options) {
        List<int[]> tokens = prompts.stream().map(encoder::prompt).toList();
        return texts(run(tokens, Collections.nCopies(prompts.size(), null), options, i -> null));
    }

    /**
     * Continues every prompt with an adapter of its own, whatever is active. Prompts of the same
     * adapter are continued together.
     *
     * @param prompts the texts to go on from
     * @param adapterOfPrompt the name of an adapter for every prompt, {@link AdaptedModel#BASE} for
     *     the base model
     * @param options how
     * @return what the model adds to each, in their order, without special tokens
     * @throws IllegalArgumentException as {@link #generate(List, GenerationOptions)}, or if there
     *     are not as many names as prompts, or no adapter of a name
     * @throws IllegalStateException while other adapters are merged or adapters are disabled, or if
     *     one is deleted meanwhile
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public List<String> generate(
            List<String> prompts, List<String> adapterOfPrompt, GenerationOptions options) {
        if (adapterOfPrompt.size() != prompts.size()) {
            throw new IllegalArgumentException(
                    "There are %d prompts, but %d names of adapters; give one for each"
                            .formatted(prompts.size(), adapterOfPrompt.size()));
        }
        List<int[]> tokens = prompts.stream().map(encoder::prompt).toList();
        return texts(run(tokens, List.copyOf(adapterOfPrompt), options, i -> null));
    }

    /**
     * Continues a prompt and hands over the text while it grows.
     *
     * @param prompt the text to go on from
     * @param options how
     * @param listener takes the text in pieces of whole characters, without texts to stop at; what
     *     it throws ends the call
     * @return the whole text
     * @throws IllegalArgumentException as {@link #generate(List, GenerationOptions)}
     * @throws ArithmeticException as {@link #generate(List, GenerationOptions)}
     */
    public String generate(String prompt, GenerationOptions options, Consumer<String> listener) {
        return run(encoder.prompt(prompt), options, listener).text();
    }

    /**
     * Answers in a conversation, which the model's chat template turns into a prompt.
     *
     * @param messages the turns so far, the last one that of the user
     * @param options how
     * @return the answer
     * @throws IllegalArgumentException as {@link #generate(List, GenerationOptions)}, or if the
     *     model has no chat template, or its template refuses these messages
     * @throws ArithmeticException as {@link #generate(List, GenerationOptions)}
     */
    public String chat(List<ChatMessage> messages, GenerationOptions options) {
        return chat(messages, options, piece -> {});
    }

    /**
     * Answers in a conversation as {@link #chat(List, GenerationOptions)} does and hands over the
     * text while it grows.
     *
     * @param messages the turns so far, the last one that of the user
     * @param options how
     * @param listener takes the text in pieces, as in {@link #generate(String, GenerationOptions,
     *     Consumer)}
     * @return the answer
     * @throws IllegalArgumentException as {@link #chat(List, GenerationOptions)}
     * @throws ArithmeticException as {@link #generate(List, GenerationOptions)}
     */
    public String chat(
            List<ChatMessage> messages, GenerationOptions options, Consumer<String> listener) {
        return run(tokens(messages), options, listener).text();
    }

    /** Returns the tokens of a conversation that the model is to answer in. */
    @Internal
    public int[] tokens(List<ChatMessage> messages) {
        ChatTemplate chat =
                template.orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        ("Model '%s' has no chat template (chat_template in"
                                                        + " tokenizer_config.json); give it a"
                                                        + " prompt to go on from")
                                                .formatted(language.directory().path())));
        return encoder.verbatim(chat.render(messages, true));
    }

    /** Returns the tokens of a prompt that the model is to go on from. */
    @Internal
    public int[] tokens(String prompt) {
        return encoder.prompt(prompt);
    }

    /** Continues one prompt. */
    @Internal
    public GeneratedText run(int[] prompt, GenerationOptions options, Consumer<String> listener) {
        return run(List.of(prompt), Collections.singletonList(null), options, i -> listener).get(0);
    }

    /** Continues prompts together. */
    @Internal
    public List<GeneratedText> run(List<int[]> prompts, GenerationOptions options) {
        return run(prompts, Collections.nCopies(prompts.size(), null), options, i -> null);
    }

    /**
     * Continues prompts together with one adapter, whatever is active.
     *
     * @param adapter the name of an adapter, or {@link AdaptedModel#BASE}
     * @param most the largest number of new tokens where the options leave it open
     * @param listeners gives what takes the pieces of the text of each prompt, by its index
     */
    @Internal
    public List<GeneratedText> run(
            List<int[]> prompts,
            String adapter,
            GenerationOptions options,
            int most,
            IntFunction<Consumer<String>> listeners) {
        List<String> adapters = Collections.nCopies(prompts.size(), adapter);
        return run(prompts, adapters, options, most, listeners);
    }

    private List<GeneratedText> run(
            List<int[]> prompts,
            List<String> adapters,
            GenerationOptions options,
            IntFunction<Consumer<String>> listeners) {
        return run(prompts, adapters, options, Integer.MAX_VALUE, listeners);
    }

    private static List<String> texts(List<GeneratedText> generated) {
        return generated.stream().map(GeneratedText::text).toList();
    }

    private List<GeneratedText> run(
            List<int[]> prompts,
            List<String> adapters,
            GenerationOptions asked,
            int most,
            IntFunction<Consumer<String>> listeners) {
        prompts.forEach(language::requireKnown);
        GenerationOptions options = language.config().complete(asked);
        int otherwise =
                Math.min(
                        most,
                        options.maxNewTokens().orElse(GenerationOptions.DEFAULT_MAX_NEW_TOKENS));
        int[] limits = new int[prompts.size()];
        Arrays.setAll(
                limits, i -> limit(i, prompts.get(i).length, asked.maxNewTokens(), otherwise));
        Map<String, Supplier<DecoderSession>> sessions = new LinkedHashMap<>();
        List<KeptAdapter> kept = new ArrayList<>();
        try {
            adapters.forEach(name -> sessions.computeIfAbsent(name, own -> session(own, kept)));
            List<Continuation> texts =
                    language.begin(
                            prompts,
                            limits,
                            options,
                            endTokens(options),
                            i -> new TextStream(encoder::text, options.stop(), listeners.apply(i)));
            sessions.forEach(
                    (name, own) -> language.complete(of(name, adapters, texts), BATCH_SIZE, own));
            return texts.stream().map(Continuation::result).toList();
        } finally {
            kept.forEach(KeptAdapter::close);
        }
    }

    private static List<Continuation> of(
            String name, List<String> adapters, List<Continuation> texts) {
        return IntStream.range(0, texts.size())
                .filter(i -> Objects.equals(name, adapters.get(i)))
                .mapToObj(texts::get)
                .toList();
    }

    /**
     * Returns what begins sessions with one adapter alone, or for no name with what the model
     * shows. The adapter is added to those that are kept: it writes a text to its end even if it is
     * replaced meanwhile.
     */
    private Supplier<DecoderSession> session(String name, List<KeptAdapter> kept) {
        AdaptedModel model = language.model();
        if (name == null) {
            return () -> DecoderSession.open(model);
        }
        if (name.equals(AdaptedModel.BASE)) {
            return () -> DecoderSession.open(model, Optional.empty());
        }
        KeptAdapter own = model.registry().keep(name);
        kept.add(own);
        return () -> DecoderSession.open(model, Optional.of(own.adapter()));
    }

    /**
     * Returns the model's end tokens, and texts to stop at that are special tokens, which show no
     * text.
     */
    private Set<Integer> endTokens(GenerationOptions options) {
        Set<Integer> all = new HashSet<>(language.config().endTokens());
        for (String stop : options.stop()) {
            int[] tokens = encoder.verbatim(stop);
            if (tokens.length == 1 && encoder.text(tokens).isEmpty()) {
                all.add(tokens[0]);
            }
        }
        return all;
    }

    /**
     * Returns the largest number of new tokens of a prompt: what is asked for, else what has room.
     */
    private int limit(int index, int length, OptionalInt asked, int otherwise) {
        if (length == 0) {
            throw new IllegalArgumentException("Prompt %d has no tokens".formatted(index + 1));
        }
        int room = language.most() - length;
        if (asked.orElse(1) > room) {
            throw new IllegalArgumentException(
                    ("Prompt %d has %d tokens, which with %d new ones is more than the %d that the"
                                    + " model takes; shorten it or ask for fewer")
                            .formatted(index + 1, length, asked.orElse(1), language.most()));
        }
        return asked.orElse(Math.min(room, otherwise));
    }

    /** Releases the tokenizer. */
    @Override
    public void close() {
        encoder.close();
    }
}
