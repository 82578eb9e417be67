/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.examples.serve.LoadResult;
import org.djladapters.examples.serve.LoadTest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a load test of a server. */
@OptionGroup.In(OptionGroup.MEASUREMENT)
final class LoadOptions {

    private static final String URL = "--url";
    private static final String CLIENTS = "--clients";
    private static final String SECONDS = "--seconds";

    private static final Set<String> FITTING =
            Set.of(URL, CLIENTS, SECONDS, "--output", "--verbose");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = URL,
            paramLabel = "URL",
            description =
                    "Measure instead how a server of the command serve answers: clients that each"
                        + " send one request after another, with random adapters of it and short"
                        + " random texts. Default: none.")
    private String url;

    @Option(
            names = CLIENTS,
            paramLabel = "N",
            split = ",",
            description = "With --url: numbers of clients. Default: 1,8,64.")
    private List<Integer> clients;

    @Option(
            names = SECONDS,
            paramLabel = "N",
            description = "With --url: seconds for each number of clients. Default: 20.")
    private Double seconds;

    /** Returns the address of the server, if one is to be measured instead of a model. */
    Optional<URI> server() {
        if (url == null) {
            if (clients != null || seconds != null) {
                throw Usage.wrong(command, "%s and %s go with %s".formatted(CLIENTS, SECONDS, URL));
            }
            return Optional.empty();
        }
        Usage.requireOnly(command, FITTING, URL + " measures a server");
        if (clients != null && clients.stream().anyMatch(n -> n < 1 || n > 10_000)) {
            throw Usage.wrong(
                    command, "The numbers of clients must be between 1 and 10000, got " + clients);
        }
        if (seconds != null && !(seconds > 0 && seconds < 1e6)) {
            throw Usage.wrong(command, "The number of seconds must be positive, got " + seconds);
        }
        if (!url.matches("https?://[^/]+/?")) {
            throw Usage.wrong(
                    command,
                    "%s takes an address such as http://127.0.0.1:8080, got '%s'"
                            .formatted(URL, url));
        }
        try {
            return Optional.of(URI.create(url));
        } catch (IllegalArgumentException e) {
            throw Usage.wrong(command, "%s is no address: %s".formatted(URL, e.getMessage()));
        }
    }

    /** Measures with one number of clients after the other. */
    LoadReport measure(URI server) throws IOException {
        LoadTest test = LoadTest.of(server);
        List<LoadResult> results = new ArrayList<>();
        for (int number : clients == null ? List.of(1, 8, 64) : clients) {
            command.commandLine().getErr().printf("clients: %d%n", number);
            results.add(test.run(number, seconds == null ? 20 : seconds));
        }
        return new LoadReport(server, test.targetCount(), results);
    }
}
