"""Words for the invented names of the sample company. Domains end in `.example`."""
# ruff: noqa: SIM905 - a list of words reads best as words

from __future__ import annotations

FIRST_NAMES = tuple(
    "Ada Aino Alma Amir Ana Anders Anouk Asha Ben Berta Bruno Carla Chidi Cleo Dalia Dan Diego Edda Eino Elif Emil Esra "
    "Femi Finn Freya Gus Hana Hugo Ida Ines Iris Ivo Jana Jonas Juno Kaia Kofi Lars Leila Lena Lior Luca Maja Mara "
    "Marco Mei Milan Mina Nadia Nils Noor Olga Omar Otto Paula Petra Pia Quinn Rafa Remy Rosa Ruben Sami Sena Silas "
    "Sofia Sven Tara Theo Tova Ugo Uma Vera Viggo Wanda Wim Xenia Yara Yusuf Zoe".split()
)
LAST_NAMES = tuple(
    "Abara Adler Alvarez Andersen Aoki Barros Becker Bianchi Blom Brandt Castro Cohen Costa Dahl Demir Diallo Duarte "
    "Eriksen Farah Ferrari Fischer Fonseca Garcia Gruber Haddad Hansen Hoffmann Ibrahim Ivanov Jansen Kaya Keller Kim "
    "Kovac Kowalski Larsen Laurent Lehmann Lindqvist Lopez Maas Marek Mensah Moreau Moretti Nakamura Ndiaye Nilsson "
    "Novak Okafor Olsen Ortega Petrov Popescu Quist Ramos Richter Rossi Sato Schmidt Silva Sorensen Tanaka Toth Vargas "
    "Virtanen Vogel Weber Wolff Yilmaz Zeller".split()
)
COMPANY_FIRST = tuple(
    "Amber Anchor Aspen Atlas Beacon Birch Bluefin Boreal Bright Cedar Cinder Clear Cobalt Copper Coral Delta Dune "
    "Ember Fable Falcon Fern Flint Forge Glacier Granite Harbour Hazel Heron Indigo Ivory Juniper Keystone Lantern "
    "Larch Linden Lumen Maple Meadow Nimbus Opal Orchard Osprey Pebble Pine".split()
)
COMPANY_SECOND = tuple(
    "Analytics Bakeries Biotech Capital Ceramics Clinics Coffee Couriers Dental Design Energy Foods Freight Furniture "
    "Games Hotels Insurance Labs Learning Logistics Media Mobility Optics Outdoor Pharma Print Robotics Security Sports "
    "Textiles Tools Travel Water Wines".split()
)
INDUSTRIES = ("Finance", "Food", "Health", "Industry", "Logistics", "Media", "Public", "Retail", "Software", "Travel")
COUNTRIES = ("AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "IT", "NL", "NO", "PL", "PT", "SE")
TITLES = ("Analyst", "Head of Operations", "Office Manager", "Product Manager", "Project Lead", "Team Lead", "Engineer")
PAGES = ("/", "/pricing", "/features", "/customers", "/blog/many-hats", "/docs", "/security")
